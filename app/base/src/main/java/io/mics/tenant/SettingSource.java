package io.mics.tenant;

/** Where a tenant's effective setting came from, the strongest first. */
public enum SettingSource {
    LEARNED("learned"),
    ENVIRONMENT("environment"),
    TENANTS_YAML("tenants.yaml"),
    DEFAULTS("defaults");

    private final String label;

    SettingSource(String label) {
        this.label = label;
    }

    /** As shown to an operator. */
    public String label() {
        return label;
    }
}
