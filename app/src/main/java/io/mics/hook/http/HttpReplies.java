package io.mics.hook.http;

import io.mics.hook.HookUrls;
import io.mics.hook.point.Reply;
import io.mics.httpclient.HttpOutcome;

/** What an HTTP outcome says of a hook. */
public final class HttpReplies {
    private HttpReplies() {}

    /** What a status other than 2xx is, in words. */
    public static <A> Reply<A> refused(int status, String url) {
        String from = status + " from " + HookUrls.shown(url);
        if (status >= 500) {
            return new Reply.Failed<>(Reply.Kind.ERROR, from);
        }
        return new Reply.Failed<>(
                Reply.Kind.REFUSED, is3xx(status) ? from + ": redirects are not followed; name the final URL" : from);
    }

    /** Why a URL that is none is not called, in words. */
    public static String noUrl(String url) {
        return HookUrls.shown(url) + " was not called: it is no URL of http or https with a host name";
    }

    /** What the lack of a whole answer says. */
    public static Reply.Kind kind(HttpOutcome.Why why) {
        return switch (why) {
            case TIMEOUT -> Reply.Kind.TIMEOUT;
            case NETWORK -> Reply.Kind.UNREACHABLE;
            case GARBLED, TOO_LARGE, MISDIRECTED -> Reply.Kind.UNDECODABLE;
            case NO_ROOM -> Reply.Kind.BUSY;
            case FORBIDDEN -> Reply.Kind.FORBIDDEN;
        };
    }

    /** Whether a status is a redirect. */
    static boolean is3xx(int status) {
        return status >= 300 && status <= 399;
    }
}
