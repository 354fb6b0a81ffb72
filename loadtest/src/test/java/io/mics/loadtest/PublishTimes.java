package io.mics.loadtest;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a gateway's own histogram says of one tenant's events: from the moment one was accepted to the moment the broker
 * has confirmed it. Quantiles are interpolated within the histogram's buckets, as dashboards do; the mean is exact.
 *
 * @param upTo events by the upper bound of their bucket in milliseconds, those of smaller ones included
 * @param sum  milliseconds of all of them
 */
record PublishTimes(Map<Double, Double> upTo, double sum) {
    private static final String NAME = "mics_mq_publish_duration_ms";
    private static final Pattern BOUND = Pattern.compile("le=\"([^\"]+)\"");

    /** Everything since the gateway's start. */
    static PublishTimes of(Gateways gateways, String tenant) throws IOException, InterruptedException {
        String label = "tenant=\"" + tenant + "\"";
        Map<Double, Double> upTo = new TreeMap<>();
        List<String> buckets = gateways.series(NAME + "_bucket{", label);
        for (String line : buckets) {
            Matcher bound = BOUND.matcher(line);
            if (bound.find()) {
                double le =
                        bound.group(1).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound.group(1));
                upTo.merge(le, Gateways.value(line), Double::sum);
            }
        }
        return new PublishTimes(upTo, gateways.total(NAME + "_sum{", label));
    }

    /** What came after an earlier reading. */
    PublishTimes since(PublishTimes earlier) {
        Map<Double, Double> later = new TreeMap<>();
        upTo.forEach((le, count) -> later.put(le, count - earlier.upTo.getOrDefault(le, 0.0)));
        return new PublishTimes(later, sum - earlier.sum);
    }

    /** How many events. */
    double count() {
        return upTo.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
    }

    /** Milliseconds on average; 0 without events. */
    double mean() {
        return count() == 0 ? 0 : sum / count();
    }

    /** The milliseconds that the given share of all events does not exceed, about. */
    double quantile(double share) {
        double rank = share * count();
        double lower = 0;
        double below = 0;
        for (Map.Entry<Double, Double> bucket : upTo.entrySet()) {
            if (bucket.getValue() >= rank && bucket.getValue() > below) {
                double width = bucket.getKey().isInfinite() ? 0 : bucket.getKey() - lower;
                return lower + width * (rank - below) / (bucket.getValue() - below);
            }
            lower = bucket.getKey();
            below = bucket.getValue();
        }
        return lower;
    }
}
