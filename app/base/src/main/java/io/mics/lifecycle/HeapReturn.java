package io.mics.lifecycle;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.mics.observe.Log;
import java.lang.management.ManagementFactory;

/**
 * Asks the collector to give the operating system back what a burst of connections left behind: by default it keeps up
 * to 70 % of the heap free for ever. A flag given on the command line wins; another collector than G1 ignores it.
 */
public final class HeapReturn {
    private static final Log LOG = Log.of(HeapReturn.class);

    private HeapReturn() {}

    /** Sets what can be set at run time; away from the start, which it would slow down. */
    public static void begin() {
        Thread.ofPlatform().daemon().name("mics-heap-return").start(() -> {
            HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            set(vm, "MinHeapFreeRatio", "10");
            set(vm, "MaxHeapFreeRatio", "25");
            set(vm, "G1PeriodicGCInterval", "60000");
        });
    }

    private static void set(HotSpotDiagnosticMXBean vm, String flag, String value) {
        try {
            if (vm.getVMOption(flag).getOrigin() == com.sun.management.VMOption.Origin.DEFAULT) {
                vm.setVMOption(flag, value);
            }
        } catch (RuntimeException e) {
            LOG.debug("vm_flag_not_set", "flag", flag, "cause", e.getMessage());
        }
    }
}
