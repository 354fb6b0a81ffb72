package io.mics.hook.http;

import io.mics.hook.HookUrls;
import io.mics.hook.point.HookResponse;
import io.mics.httpclient.HttpOutcome;

/** Why a call of a hook over HTTP failed, in words. */
public final class HttpFailures {
    private HttpFailures() {}

    /** What a status other than 2xx is, in words. */
    public static <A> HookResponse<A> refused(int status, String url) {
        String from = status + " from " + HookUrls.shown(url);
        if (status >= 500) {
            return new HookResponse.Failed<>(HookResponse.Kind.ERROR, from);
        }
        return new HookResponse.Failed<>(
                HookResponse.Kind.REFUSED,
                is3xx(status) ? from + ": redirects are not followed; name the final URL" : from);
    }

    /** Why a URL that is none is not called, in words. */
    public static String noUrl(String url) {
        return HookUrls.shown(url) + " was not called: it is no URL of http or https with a host name";
    }

    /** What the lack of a whole answer says. */
    public static HookResponse.Kind kind(HttpOutcome.Why why) {
        return switch (why) {
            case TIMEOUT -> HookResponse.Kind.TIMEOUT;
            case NETWORK -> HookResponse.Kind.UNREACHABLE;
            case GARBLED, TOO_LARGE, MISDIRECTED -> HookResponse.Kind.UNDECODABLE;
            case NO_ROOM -> HookResponse.Kind.BUSY;
            case FORBIDDEN -> HookResponse.Kind.FORBIDDEN;
        };
    }

    /** Whether a status is a redirect. */
    static boolean is3xx(int status) {
        return status >= 300 && status <= 399;
    }
}
