package io.mics.routing.home;

import io.mics.offline.BacklogLease;
import io.mics.offline.BacklogSource;
import io.mics.proto.node.v1.Backlog;
import io.mics.proto.node.v1.ConfirmBacklog;
import io.mics.proto.node.v1.NodeCall;
import io.mics.proto.node.v1.TakeBacklog;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.Envelopes;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.util.List;

/** Another node's buffer. A lease that loses its node ends; what was not confirmed stays there. */
public record RemoteBacklog(NodeLinks links, Peer peer) implements BacklogSource {
    @Override
    public Taking take(String tenant, String user) throws InterruptedException {
        NodeLinks.Reply reply = links.call(
                peer,
                NodeCall.newBuilder()
                        .setTakeBacklog(
                                TakeBacklog.newBuilder().setTenantId(tenant).setUserId(user)));
        if (reply instanceof NodeLinks.Reply.Answered answered
                && answered.answer().hasBacklog()) {
            Backlog first = answered.answer().getBacklog();
            return first.getDrain() == 0 ? new Taking.Nothing() : new Taking.Taken(new Paged(first));
        }
        return new Taking.Unavailable();
    }

    /** A lease, page by page. Used by one thread. */
    private final class Paged implements BacklogLease<Delivery> {
        private final long leaseId;
        private List<Delivery> page;
        private int confirmed;
        private boolean over;

        Paged(Backlog first) {
            this.leaseId = first.getDrain();
            this.page = opened(first);
        }

        private static List<Delivery> opened(Backlog backlog) {
            return backlog.getMessagesList().stream().map(Envelopes::open).toList();
        }

        @Override
        public List<Delivery> messages() throws InterruptedException {
            if (confirmed == page.size() && !over && !page.isEmpty()) {
                page = confirm(false);
            }
            return page.subList(confirmed, page.size());
        }

        @Override
        public void confirm(int n) {
            confirmed += n;
        }

        /** Confirms to the other node what was delivered; returns the next page. */
        private List<Delivery> confirm(boolean last) throws InterruptedException {
            NodeLinks.Reply reply = links.call(
                    peer,
                    NodeCall.newBuilder()
                            .setConfirmBacklog(ConfirmBacklog.newBuilder()
                                    .setDrain(leaseId)
                                    .setCount(confirmed)
                                    .setLast(last)));
            confirmed = 0;
            over = last || !(reply instanceof NodeLinks.Reply.Answered);
            return reply instanceof NodeLinks.Reply.Answered answered
                            && answered.answer().hasBacklog()
                    ? opened(answered.answer().getBacklog())
                    : List.of();
        }

        @Override
        public void close() {
            if (over) {
                return;
            }
            try {
                confirm(true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
