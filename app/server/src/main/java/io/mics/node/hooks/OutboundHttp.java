package io.mics.node.hooks;

import io.mics.hook.config.HooksFile;
import io.mics.hook.config.HooksSettings;
import io.mics.hook.http.HttpBackendTransport;
import io.mics.hook.http.WarmUp;
import io.mics.hook.webhook.Egress;
import io.mics.httpclient.HttpClient;
import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.Collection;

/** Calls of the node over HTTP, to tenants' backends and webhooks: by one client, under one set of egress rules. */
public final class OutboundHttp implements AutoCloseable {
    private final HttpClient client;
    private final HttpBackendTransport backends;
    private final Duration wait;
    private final WarmUp warmUp;
    private volatile Egress egress = Egress.DEFAULT;

    public OutboundHttp(HooksSettings settings) {
        this.client = new HttpClient(settings.http());
        this.backends = new HttpBackendTransport(client, this::egress);
        this.warmUp = new WarmUp(backends);
        this.wait = settings.warmUp();
    }

    /** Begins to connect to the backends of these tenants, where that is done ahead; returns at once. */
    public void connectTo(Collection<Tenant> tenants) {
        if (!wait.isZero()) {
            warmUp.begin(tenants);
        }
    }

    /** Waits for connections that were begun, no longer than configured. */
    public void awaitConnections() {
        warmUp.await(wait);
    }

    public HttpClient client() {
        return client;
    }

    /** How tenants' backends are asked. */
    public HttpBackendTransport backends() {
        return backends;
    }

    /** Where webhooks and learned base URLs may lead. */
    public Egress egress() {
        return egress;
    }

    /** Calls only where {@code hooksFile} allows from now on, which is the next call. */
    public void allow(HooksFile hooksFile) {
        egress = switch (Egress.parse(hooksFile.webhookAllow(), hooksFile.webhookDeny())) {
            case Egress.Parsed.Read read -> read.egress();
            case Egress.Parsed.Refused refused -> throw new IllegalArgumentException(refused.toString());
        };
    }

    /** Closes every connection; calls in flight end. */
    @Override
    public void close() {
        warmUp.close();
        client.close();
    }
}
