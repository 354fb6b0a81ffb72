package io.mics.hook.webhook;

import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.AnswerReader;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendResultLimit;
import io.mics.hook.policy.Target.Webhook.MissingAllow;
import io.mics.hook.webhook.WebhookAnswer.UndecodableException;
import io.mics.httpclient.HttpOutcome.Answered;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.Map;

/** An answer with a status of 2xx whose body was read to its end; {@code url} as people may read it. */
record WholeAnswer(Answered answered, MissingAllow missingAllow, String url, PostSendResultLimit resultLimit)
        implements AnswerReader {
    @Override
    public HookResult verdict(MessageDraft sent) throws UnusableException {
        return read(answer -> answer.verdict(sent, missingAllow));
    }

    @Override
    public Admission admission() throws UnusableException {
        return read(answer -> answer.admission(missingAllow));
    }

    /** Success is a yes unless the answer says otherwise; a page for people is none. */
    @Override
    public boolean permission() throws UnusableException {
        boolean json = answered.contentType().contains("json");
        return answered.body().length == 0
                || (!json && !WebhookAnswer.isPage(answered))
                || !read(WebhookAnswer::forbids);
    }

    /** Nothing, unless it is a JSON object that says something. */
    @Override
    public Map<String, String> result() {
        try {
            return resultLimit.limited(WebhookAnswer.read(answered).details());
        } catch (UndecodableException e) {
            return Map.of();
        }
    }

    /** The status says it. */
    @Override
    public Acknowledged acknowledgement() {
        return Acknowledged.ACKNOWLEDGED;
    }

    private interface Reading<T> {
        T of(WebhookAnswer answer) throws UndecodableException;
    }

    private <T> T read(Reading<T> reading) throws UnusableException {
        try {
            return reading.of(WebhookAnswer.read(answered));
        } catch (UndecodableException e) {
            throw new UnusableException(HookResponse.Kind.UNDECODABLE, url + " " + e.getMessage());
        }
    }
}
