package io.mics.admin;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.hook.config.EffectiveHooks;
import io.mics.hook.config.HookOverrides;
import io.mics.hook.config.HookOverrides.Change;
import io.mics.hook.config.HooksFile;
import io.mics.hook.config.HooksFileReader;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookHealth;
import io.mics.hook.policy.HookState;
import io.mics.hook.registry.HookRegistry;
import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The effective hooks, how they are, and tenants' overrides: {@code GET /hooks} and {@code GET /hooks/{tenant}} show,
 * {@code PUT} and {@code DELETE /hooks/{tenant}} change, {@code DELETE /hooks/{tenant}/{hook}} drops one,
 * {@code POST /hooks/{tenant}/{hook}/resume} takes a suspended one back into service, and {@code POST /hooks/validate}
 * says what is wrong with a text.
 */
public final class HooksApi implements HttpService {
    private static final int BODY_BYTES = 256 * 1024;
    private static final int UNWELL = 100;

    private final HookOverrides overrides;
    private final HookRegistry registry;
    private final HookProbe probe;
    private final Function<String, Optional<String>> businessType;
    private final Supplier<Optional<String>> fileProblem;

    /**
     * Answers about the hooks of one node.
     *
     * @param clients      reach what is probed
     * @param businessType a tenant's, empty when it has none; nothing for an id that is no tenant
     * @param fileProblem  what is wrong with the files as they are
     */
    public HooksApi(
            HookOverrides overrides,
            HookRegistry registry,
            HookClientFactory clients,
            Function<String, Optional<String>> businessType,
            Supplier<Optional<String>> fileProblem) {
        this.overrides = overrides;
        this.registry = registry;
        this.probe = new HookProbe(clients);
        this.businessType = businessType;
        this.fileProblem = fileProblem;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::all)
                .post("/validate", this::validate)
                .get("/{tenant}", this::tenant)
                .put("/{tenant}", this::put)
                .delete("/{tenant}", this::drop)
                .delete("/{tenant}/{hook}", this::dropOne)
                .post("/{tenant}/{hook}/resume", this::resume);
    }

    private void all(ServerRequest request, ServerResponse response) {
        EffectiveHooks effective = overrides.effective();
        Json.send(response, out -> {
            out.write("problem", fileProblem.get().orElse(""));
            out.writeStartArray("hooks");
            effective.hooks().forEach(hook -> {
                out.writeStartObject();
                head(out, hook, effective);
                HookJson.texts(out, "notFor", hook.match().except());
                healthByTenant(out, registry.healthByTenant(hook));
                definition(out, hook);
                out.writeEnd();
            });
            out.writeEnd();
            HookJson.texts(out, "tenantsWithOverrides", effective.texts().keySet());
            HookJson.refused(out, effective.refused());
        });
    }

    private static void head(JsonGenerator out, HookDefinition hook, EffectiveHooks effective) {
        out.write("point", hook.point().label())
                .write("hook", hook.id())
                .write("source", effective.overriding().contains(hook) ? "override" : "file");
    }

    private static void definition(JsonGenerator out, HookDefinition hook) {
        out.writeStartObject("definition");
        HookJson.definition(out, hook);
        out.writeEnd();
    }

    /** How many tenants find it how, and those that do not find it well, a hundred at most. */
    private static void healthByTenant(JsonGenerator out, Map<String, HookHealth> byTenant) {
        Map<HookState, Integer> states = new EnumMap<>(HookState.class);
        byTenant.values().forEach(health -> states.merge(health.state(), 1, Integer::sum));
        out.writeStartObject("tenantsByState");
        states.forEach((state, tenants) -> out.write(state.name(), tenants));
        out.writeEnd().writeStartArray("unwell");
        byTenant.entrySet().stream()
                .filter(entry -> isUnwell(entry.getValue().state()))
                .limit(UNWELL)
                .forEach(entry -> {
                    out.writeStartObject().write("tenant", entry.getKey());
                    HookJson.health(out, entry.getValue(), false);
                    out.writeEnd();
                });
        out.writeEnd();
    }

    private static boolean isUnwell(HookState state) {
        return switch (state) {
            case HEALTHY, PROBING, UNCONFIGURED -> false;
            case DEGRADED, OPEN, SUSPENDED -> true;
        };
    }

    private void tenant(ServerRequest request, ServerResponse response) {
        String tenant = name(request, "tenant");
        businessType
                .apply(tenant)
                .ifPresentOrElse(type -> send(response, tenant, type), () -> notConfigured(response, tenant));
    }

    private static void notConfigured(ServerResponse response, String tenant) {
        Json.fail(response, Status.NOT_FOUND_404, "tenant", "there is no tenant " + tenant);
    }

    private void send(ServerResponse response, String tenant, String type) {
        EffectiveHooks effective = overrides.effective();
        List<HookDefinition> hooks = effective.of(tenant, type);
        Json.send(response, out -> {
            out.write("tenant", tenant).write("businessType", type).writeStartArray("hooks");
            hooks.forEach(hook -> {
                out.writeStartObject();
                head(out, hook, effective);
                HookJson.health(out, registry.health(tenant, hook), true);
                definition(out, hook);
                out.writeEnd();
            });
            out.writeEnd().writeStartObject("points");
            Arrays.stream(HookPoint.values())
                    .filter(point -> hooks.stream().noneMatch(hook -> hook.point() == point))
                    .forEach(point -> out.write(point.label(), HookState.UNCONFIGURED.name()));
            out.writeEnd().write("overridden", effective.texts().containsKey(tenant));
            HookJson.problems(out, effective.refused().getOrDefault(tenant, List.of()));
        });
    }

    private void put(ServerRequest request, ServerResponse response) {
        String tenant = name(request, "tenant");
        if (businessType.apply(tenant).isEmpty()) {
            notConfigured(response, tenant);
            return;
        }
        body(request, response).ifPresent(text -> answer(response, tenant, overrides.put(tenant, text)));
    }

    private void drop(ServerRequest request, ServerResponse response) {
        String tenant = name(request, "tenant");
        answer(response, tenant, overrides.drop(tenant));
    }

    private void dropOne(ServerRequest request, ServerResponse response) {
        String tenant = name(request, "tenant");
        answer(response, tenant, overrides.drop(tenant, name(request, "hook")));
    }

    private void answer(ServerResponse response, String tenant, Change change) {
        switch (change) {
            case Change.Done done ->
                send(response, tenant, businessType.apply(tenant).orElse(""));
            case Change.Refused refused -> refuse(response, refused.problems());
            case Change.Unknown unknown -> Json.fail(response, Status.NOT_FOUND_404, "", "there is no such override");
            case Change.Unavailable unavailable ->
                Json.fail(response, Status.SERVICE_UNAVAILABLE_503, "", unavailable.cause());
        }
    }

    private static void refuse(ServerResponse response, List<Problem> problems) {
        response.status(Status.BAD_REQUEST_400);
        Json.send(response, out -> {
            out.write("error", "nothing was changed");
            HookJson.problems(out, problems);
        });
    }

    private void resume(ServerRequest request, ServerResponse response) {
        String tenant = name(request, "tenant");
        String name = name(request, "hook");
        Optional<String> type = businessType.apply(tenant);
        if (type.isEmpty()) {
            notConfigured(response, tenant);
            return;
        }
        List<HookDefinition> named = overrides.effective().of(tenant, type.get()).stream()
                .filter(hook -> hook.name().equals(name) || hook.id().equals(name))
                .toList();
        if (named.isEmpty()) {
            Json.fail(response, Status.NOT_FOUND_404, "hook", tenant + " has no hook " + name);
            return;
        }
        List<String> resumed = named.stream()
                .filter(hook -> registry.resume(tenant, hook))
                .map(HookDefinition::id)
                .toList();
        Json.send(response, out -> HookJson.texts(out, "resumed", resumed));
    }

    private void validate(ServerRequest request, ServerResponse response) throws InterruptedException {
        String wanted = new Query(request, Set.of("probe")).text("probe", "false");
        Optional<String> body = body(request, response);
        if (body.isEmpty()) {
            return;
        }
        switch (HooksFileReader.read(body.get(), "request")) {
            case ConfigResult.Invalid<HooksFile> invalid ->
                Json.send(response, out -> {
                    out.write("valid", false);
                    HookJson.problems(out, invalid.problems());
                });
            case ConfigResult.Valid<HooksFile> valid -> {
                List<HookProbe.Probed> probed =
                        wanted.equals("true") ? probe.all(valid.value().hooks()) : List.of();
                Json.send(response, out -> {
                    out.write("valid", true).writeStartArray("notes");
                    valid.notes().forEach(out::write);
                    out.writeEnd().writeStartArray("probes");
                    probed.forEach(one -> write(out, one));
                    out.writeEnd();
                });
            }
        }
    }

    private static void write(JsonGenerator out, HookProbe.Probed probed) {
        out.writeStartObject()
                .write("point", probed.hook().point().label())
                .write("hook", probed.hook().id())
                .write("target", HookJson.location(probed.hook().target()))
                .write("result", probed.result())
                .write("tookMs", HookJson.millis(probed.tookNanos()))
                .write("cause", probed.cause())
                .writeEnd();
    }

    private static String name(ServerRequest request, String parameter) {
        return request.path().pathParameters().get(parameter);
    }

    /** The body as YAML, of which JSON is a part but for its tabs; answered with 413 when it is too long. */
    private static Optional<String> body(ServerRequest request, ServerResponse response) {
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = in.readNBytes(BODY_BYTES + 1);
            if (bytes.length > BODY_BYTES) {
                Json.fail(response, Status.REQUEST_ENTITY_TOO_LARGE_413, "", "more than " + BODY_BYTES + " bytes");
                return Optional.empty();
            }
            String text = new String(bytes, StandardCharsets.UTF_8);
            return Optional.of(text.stripLeading().startsWith("{") ? text.replace('\t', ' ') : text);
        } catch (IOException e) {
            Json.fail(response, Status.BAD_REQUEST_400, "", "the body ended early");
            return Optional.empty();
        }
    }
}
