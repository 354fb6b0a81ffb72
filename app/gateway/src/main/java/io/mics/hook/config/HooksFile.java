package io.mics.hook.config;

import io.mics.hook.policy.HookDefinition;
import java.util.List;

/**
 * What {@code hooks.yaml} says.
 *
 * @param hooks        every version of every hook, in the order of the file
 * @param webhookAllow hosts and networks webhooks may go to
 * @param webhookDeny  hosts and networks they may not
 * @param written      whether there is a file that says anything
 */
public record HooksFile(
        List<HookDefinition> hooks, List<String> webhookAllow, List<String> webhookDeny, boolean written) {
    /** There is no file. */
    public static final HooksFile NONE = new HooksFile(List.of(), List.of(), List.of(), false);

    /** Takes copies of the lists. */
    public HooksFile {
        hooks = List.copyOf(hooks);
        webhookAllow = List.copyOf(webhookAllow);
        webhookDeny = List.copyOf(webhookDeny);
    }
}
