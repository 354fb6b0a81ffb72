package io.mics;

import io.mics.hook.http.HttpTransport;
import io.mics.hook.point.HookSetup;
import io.mics.hook.webhook.Egress;
import io.mics.httpclient.HttpClient;
import io.mics.httpclient.HttpClientSettings;

/** Calls of the node over HTTP, to tenants' backends and webhooks: by one client, under one set of egress rules. */
final class Outgoing implements AutoCloseable {
    private final HttpClient client;
    private final HttpTransport backends;
    private volatile Egress egress = Egress.DEFAULT;

    Outgoing(HttpClientSettings settings) {
        this.client = new HttpClient(settings);
        this.backends = new HttpTransport(client, this::egress);
    }

    HttpClient client() {
        return client;
    }

    /** How tenants' backends are asked. */
    HttpTransport backends() {
        return backends;
    }

    /** Where webhooks and learned base URLs may lead. */
    Egress egress() {
        return egress;
    }

    /** Calls only where {@code setup} allows from now on, which is the next call. */
    void allow(HookSetup setup) {
        egress = switch (Egress.parse(setup.webhookAllow(), setup.webhookDeny())) {
            case Egress.Parsed.Read read -> read.egress();
            case Egress.Parsed.Refused refused -> throw new IllegalArgumentException(refused.toString());
        };
    }

    /** Closes every connection; calls under way end. */
    @Override
    public void close() {
        client.close();
    }
}
