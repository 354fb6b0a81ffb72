package io.mics.hook.policy;

import io.mics.hook.point.HookPoint;
import java.util.Set;

/**
 * One version of one hook as configured.
 *
 * @param point     where it joins the path of a message or the life of a connection
 * @param name      names it in metrics, logs and the console; the same for all its versions
 * @param version   distinguishes its versions, of which several may stand side by side
 * @param priority  hooks of one point are called in ascending order of it
 * @param match     which messages it is for
 * @param rollout   which users it is for
 * @param mode      whether its answers count
 * @param target    how it is reached
 * @param policy    what protects it, and everybody from it
 * @param retry     what happens after a failed call outside the sender's thread
 * @param guarantee what a crash does to a call outside the sender's thread
 * @param sample    the share of heartbeats it is notified of, 0 to 1; 1 at every other point
 * @param notified  whether a recall hook also gets the call after the recall; true at every other point
 */
public record HookDefinition(
        HookPoint point,
        String name,
        SemanticVersion version,
        int priority,
        Match match,
        Rollout rollout,
        Mode mode,
        Target target,
        HookPolicy policy,
        Retry retry,
        Guarantee guarantee,
        double sample,
        boolean notified) {
    /** The share of heartbeats a hook is notified of that does not say which. */
    public static final double DEFAULT_SAMPLE = 0.01;

    /** A hook that is notified of everything. */
    public HookDefinition(
            HookPoint point,
            String name,
            SemanticVersion version,
            int priority,
            Match match,
            Rollout rollout,
            Mode mode,
            Target target,
            HookPolicy policy,
            Retry retry,
            Guarantee guarantee) {
        this(point, name, version, priority, match, rollout, mode, target, policy, retry, guarantee, 1, true);
    }

    /** Whether a hook's answers count. */
    public enum Mode {
        ENFORCE,
        /** It is called and its verdict is recorded, and nothing else changes. */
        SHADOW
    }

    /** What a crash between a call and its record does. */
    public enum Guarantee {
        /** The call is made again. */
        AT_LEAST_ONCE,
        /** The call is lost. */
        AT_MOST_ONCE
    }

    /** This hook for other messages and users. */
    public HookDefinition with(Match otherMatch, Rollout otherRollout) {
        return new HookDefinition(
                point,
                name,
                version,
                priority,
                otherMatch,
                otherRollout,
                mode,
                target,
                policy,
                retry,
                guarantee,
                sample,
                notified);
    }

    /** This hook as it is for those it is for, whoever has another instead. */
    HookDefinition withoutExceptions() {
        return match.except().isEmpty() ? this : with(match.without(Set.of()), rollout);
    }

    /** Whether it may match messages of this tenant. */
    public boolean isFor(String tenant, String businessType) {
        return match.isFor(tenant, businessType)
                && (rollout.tenants().isEmpty() || rollout.tenants().contains(tenant));
    }

    /** What whoever is refused reads: the hook's own words, or that it was this hook. */
    public String refusal(String said) {
        return said.isBlank() ? "refused by " + name : said;
    }

    /** Name and version, as logs and metrics say it. */
    public String id() {
        return name + "@" + version;
    }
}
