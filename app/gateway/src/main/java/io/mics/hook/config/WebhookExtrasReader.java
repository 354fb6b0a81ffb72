package io.mics.hook.config;

import io.mics.config.Section;
import io.mics.hook.policy.Target.Webhook.Extras;
import io.mics.hook.policy.Target.Webhook.MissingAllow;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what only some webhook servers need. */
final class WebhookExtrasReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]{0,1024}");

    /** Set by the server for every call, or by the protocol. */
    private static final Set<String> OURS = Set.of(
            "connection",
            "content-length",
            "content-type",
            "expect",
            "host",
            "traceparent",
            "transfer-encoding",
            "upgrade",
            "x-hook-attempt",
            "x-hook-id",
            "x-hook-signature",
            "x-hook-timestamp");

    private WebhookExtrasReader() {}

    /** Those of the transport {@code s}; what it does not say is as usual. */
    static Extras read(Section s, Extras usual) {
        Section headers = s.section("headers");
        Map<String, String> all = TargetReader.texts(headers, usual.headers());
        for (String name : headers.names()) {
            if (!isFree(name)) {
                headers.reject(name, "is no name for a header of your own");
            } else if (!isValue(all.getOrDefault(name, ""))) {
                headers.reject(name, "is not up to 1024 printable ASCII characters");
            }
        }
        return new Extras(
                all,
                s.string(
                        "secret-header",
                        usual.secretHeader(),
                        text -> text.isEmpty() || isFree(text),
                        "is no name for a header of your own"),
                s.choice("missing-allow", MissingAllow.class, usual.missingAllow()),
                TargetReader.texts(s.section("metadata"), usual.metadata()));
    }

    /** Whether a header may have this value. */
    static boolean isValue(String text) {
        return VALUE.matcher(text).matches();
    }

    private static boolean isFree(String name) {
        return NAME.matcher(name).matches() && !OURS.contains(name.toLowerCase(Locale.ROOT));
    }
}
