package io.mics.hook.config;

import io.mics.config.Section;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.Target;
import io.mics.hook.policy.Target.Grpc.Contract;
import io.mics.hook.policy.Target.Webhook.Extras;
import io.mics.hook.policy.Target.Webhook.Signature;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads how a hook is reached: its {@code transport}. */
final class TargetReader {
    /** What stands for a target that could not be read; no hook is made of it. */
    private static final Target NONE = new Target.Local("", Map.of());

    private static final Pattern CLASS = Pattern.compile("[\\p{L}_$][\\p{L}\\d_$]*(\\.[\\p{L}_$][\\p{L}\\d_$]*)*");
    private static final String NO_URL =
            "is not an http:// or https:// URL with a host, and without user, password and fragment";
    private static final String NO_ENDPOINT = "is not http://host:port or https://host:port";
    private static final String NO_SECRETS = "does not hold one or two texts that are not empty";
    private static final int SECRETS = 2;

    /** What {@link HooksFileReader} shows instead of a secret; a copy of that is not one. */
    private static final String MASK = "***";

    private static final String MASKED = "is the mask of a secret, not the secret";
    private static final String CHECK_PATH = "/check-message";

    private enum Type {
        GRPC,
        WEBHOOK,
        LOCAL,
        MICS_HTTP
    }

    private TargetReader() {}

    /** The target in {@code hook}, for which what it does not say is as in {@code usual}. */
    static Target read(Section hook, HookPoint point, Optional<Target> usual) {
        if (!hook.given("transport") && usual.isPresent()) {
            return usual.get();
        }
        if (!hook.filled("transport")) {
            hook.section("transport");
            hook.reject("transport", "is missing; a hook has one such as {type: grpc, endpoint: \"http://host:port\"}");
            return NONE;
        }
        Section s = hook.section("transport");
        Optional<Type> type = type(s, usual);
        if (type.isEmpty()) {
            s.skip();
            return NONE;
        }
        if (!carries(type.get(), point)) {
            List<String> able = Arrays.stream(Type.values())
                    .filter(other -> carries(other, point))
                    .map(TargetReader::spelled)
                    .toList();
            s.reject(
                    "type", "'" + spelled(type.get()) + "' has no call for " + point.label() + "; these have: " + able);
        }
        return switch (type.get()) {
            case GRPC -> grpc(s, usual);
            case WEBHOOK -> webhook(s, usual);
            case LOCAL -> local(s, usual);
            case MICS_HTTP -> micsHttp(s, usual);
        };
    }

    /** Whether the contract of a transport has a call for a point. */
    private static boolean carries(Type type, HookPoint point) {
        return switch (type) {
            case WEBHOOK, LOCAL -> true;
            case GRPC -> point.isOfMessages();
            case MICS_HTTP -> point == HookPoint.PRE_SEND;
        };
    }

    private static String spelled(Type type) {
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Optional<Type> type(Section s, Optional<Target> usual) {
        Optional<Type> fallback = usual.map(target -> switch (target) {
            case Target.Grpc grpc -> Type.GRPC;
            case Target.Webhook webhook -> Type.WEBHOOK;
            case Target.Local local -> Type.LOCAL;
            case Target.MicsHttp micsHttp -> Type.MICS_HTTP;
        });
        return fallback.isEmpty() || s.filled("type") ? s.choice("type", Type.class) : fallback;
    }

    private static Target grpc(Section s, Optional<Target> usual) {
        Optional<Target.Grpc> before =
                usual.filter(Target.Grpc.class::isInstance).map(Target.Grpc.class::cast);
        return new Target.Grpc(
                url(s, "endpoint", before.map(Target.Grpc::endpoint), TargetReader::isEndpoint, NO_ENDPOINT),
                s.string("ca", before.map(Target.Grpc::caPath).orElse("")),
                s.choice(
                        "contract",
                        Contract.class,
                        before.map(Target.Grpc::contract).orElse(Contract.FLARE_2025_11_11)),
                texts(s.section("metadata"), before.map(Target.Grpc::metadata).orElse(Map.of())));
    }

    private static Target webhook(Section s, Optional<Target> usual) {
        Optional<Target.Webhook> before =
                usual.filter(Target.Webhook.class::isInstance).map(Target.Webhook.class::cast);
        Target.Webhook webhook = new Target.Webhook(
                url(s, "url", before.map(Target.Webhook::url), TargetReader::isUrl, NO_URL),
                secrets(s, before.map(Target.Webhook::secrets).orElse(List.of())),
                s.choice(
                        "signature",
                        Signature.class,
                        before.map(Target.Webhook::signature).orElse(Signature.TIMESTAMPED)),
                s.string("ca", before.map(Target.Webhook::caPath).orElse("")),
                WebhookExtrasReader.read(s, before.map(Target.Webhook::extras).orElse(Extras.NONE)));
        if (!webhook.extras().secretHeader().isEmpty()) {
            if (webhook.secrets().isEmpty()) {
                s.reject("secret-header", "needs secret");
            } else if (!"https".equals(webhook.url().getScheme())) {
                s.reject("secret-header", "sends the secret itself, so url must be https://");
            } else if (!WebhookExtrasReader.isValue(webhook.secrets().getFirst())) {
                s.reject(
                        "secret-header", "sends the secret itself, which is not up to 1024 printable ASCII characters");
            }
        }
        return webhook;
    }

    private static Target local(Section s, Optional<Target> usual) {
        Optional<Target.Local> before =
                usual.filter(Target.Local.class::isInstance).map(Target.Local.class::cast);
        String name = required(
                s,
                "class",
                before.map(Target.Local::className).orElse(""),
                text -> CLASS.matcher(text).matches(),
                "is not the full name of a class");
        return new Target.Local(
                name,
                texts(s.section("settings"), before.map(Target.Local::settings).orElse(Map.of())));
    }

    /** Texts under names of the operator's choice, over the usual ones. */
    static Map<String, String> texts(Section given, Map<String, String> usual) {
        Map<String, String> all = new LinkedHashMap<>(usual);
        given.names().forEach(key -> all.put(key, given.string(key, "", text -> !text.equals(MASK), MASKED)));
        return all;
    }

    private static Target micsHttp(Section s, Optional<Target> usual) {
        Optional<Target.MicsHttp> before =
                usual.filter(Target.MicsHttp.class::isInstance).map(Target.MicsHttp.class::cast);
        Optional<URI> base = before.map(Target.MicsHttp::baseUrl).map(URI::create);
        String url =
                url(s, "base-url", base, TargetReader::isUrl, NO_URL).toString().replaceFirst("/+$", "");
        if (url.endsWith(CHECK_PATH)) {
            s.reject("base-url", "already ends in " + CHECK_PATH + ", which the server adds");
        }
        return new Target.MicsHttp(
                url, secret(s, before.map(Target.MicsHttp::secret).orElse("")));
    }

    private static List<String> secrets(Section s, List<String> usual) {
        if (s.given("secret") && s.given("secrets")) {
            s.reject("secrets", "is given beside secret; while secrets rotate, name both in secrets");
        }
        String one = secret(s, "");
        List<String> several = s.list("secrets", List.of(), text -> !text.isEmpty() && !text.equals(MASK), NO_SECRETS);
        if (several.size() > SECRETS || (s.given("secrets") && !s.filled("secrets"))) {
            s.reject("secrets", NO_SECRETS);
        }
        if (s.given("secret") || s.given("secrets")) {
            return one.isEmpty() ? several : List.of(one);
        }
        return usual;
    }

    private static String secret(Section s, String usual) {
        if (s.given("secret") && !s.filled("secret")) {
            s.reject("secret", "is empty; without the key nothing is signed");
        }
        return s.string("secret", usual, text -> !text.equals(MASK), MASKED);
    }

    private static URI url(Section s, String key, Optional<URI> usual, Predicate<String> valid, String what) {
        return URI.create(required(s, key, usual.map(URI::toString).orElse(""), valid, what));
    }

    private static String required(Section s, String key, String usual, Predicate<String> valid, String what) {
        if (usual.isEmpty() && !s.filled(key)) {
            s.reject(key, "is missing");
        }
        return s.string(key, usual, valid, what);
    }

    private static boolean isEndpoint(String text) {
        return isUrl(text)
                && URI.create(text).getPort() > 0
                && URI.create(text).getRawQuery() == null
                && URI.create(text).getRawPath().matches("/?");
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && uri.getPort() <= 65_535;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
