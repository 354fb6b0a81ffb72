package io.mics.ws;

import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.NodeLoad;
import io.mics.conversation.ConversationUseCases;
import io.mics.hook.registry.ConnectionNotifier;
import io.mics.message.DeliveryAcks;
import io.mics.message.Messages;
import io.mics.message.Recalls;
import io.mics.session.Sessions;
import io.mics.tenant.Tenant;
import io.mics.timer.TimingWheel;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What every connection is served by.
 *
 * @param conversations what devices of a durable tenant may ask; empty where there is no store
 * @param scheduler         whose turn it is with long work
 * @param load          whose turn it is with short work, when there are too few processors
 * @param inbound       what messages that have begun may take
 * @param maxFrameBytes a larger message is thrown away and answered with 4401
 * @param draining      whether new connections are refused
 */
public record ConnectionServices(
        Sessions sessions,
        Messages messages,
        Recalls recalls,
        DeliveryAcks deliveryAcks,
        Function<Tenant, Optional<ConversationUseCases>> conversations,
        ConnectionNotifier notifier,
        TimingWheel wheel,
        FairScheduler scheduler,
        NodeLoad load,
        InboundBudget inbound,
        int maxFrameBytes,
        BooleanSupplier draining) {}
