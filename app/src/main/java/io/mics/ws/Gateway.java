package io.mics.ws;

import io.mics.message.DeliveryAcks;
import io.mics.message.Messages;
import io.mics.message.Recalls;
import io.mics.observe.Metrics;
import io.mics.session.Sessions;
import io.mics.session.TimingWheel;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What every connection needs.
 *
 * @param recalls       none: no message can be recalled
 * @param deliveryAcks  none: what devices have shown is not asked for
 * @param maxFrameBytes a larger message is thrown away and answered with 4401
 * @param draining      whether new connections are refused
 */
public record Gateway(
        Sessions sessions,
        Messages messages,
        Optional<Recalls> recalls,
        Optional<DeliveryAcks> deliveryAcks,
        TimingWheel wheel,
        int maxFrameBytes,
        BooleanSupplier draining,
        Metrics metrics) {
    /** A gateway without hooks for recalls and deliveries. */
    public Gateway(
            Sessions sessions,
            Messages messages,
            TimingWheel wheel,
            int maxFrameBytes,
            BooleanSupplier draining,
            Metrics metrics) {
        this(sessions, messages, Optional.empty(), Optional.empty(), wheel, maxFrameBytes, draining, metrics);
    }
}
