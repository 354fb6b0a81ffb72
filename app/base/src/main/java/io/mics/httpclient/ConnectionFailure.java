package io.mics.httpclient;

import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** Why a connection did not come about or broke, in words a person can act upon. Quotes nothing the far end sent. */
public final class ConnectionFailure {
    private static final int DEEPEST = 32;

    private ConnectionFailure() {}

    /** The words for a failure whose innermost cause says what happened. */
    public static String inWords(Throwable failure) {
        Throwable cause = innermost(failure);
        return switch (cause) {
            case ConnectException e -> lowerCase(String.valueOf(e.getMessage()));
            case SocketException e -> lowerCase(String.valueOf(e.getMessage()));
            case UnknownHostException e -> "unknown host";
            case UnresolvedAddressException e -> "unknown host";
            case CertificateExpiredException e -> "its certificate has expired";
            case CertificateNotYetValidException e -> "its certificate is not valid yet";
            case CertPathBuilderException e -> "its certificate is not signed by an authority that is trusted here";
            case CertificateException e -> certificate(String.valueOf(e.getMessage()));
            case GeneralSecurityException e ->
                "its certificate is not accepted (" + e.getClass().getSimpleName() + ")";
            case SSLException e -> tls(String.valueOf(e.getMessage()));
            case Throwable e -> "broken off (" + e.getClass().getSimpleName() + ")";
        };
    }

    /** Whether a broken or refused connection is the innermost cause, not an answer that cannot be read. */
    public static boolean isOfConnection(Throwable failure) {
        Throwable cause = innermost(failure);
        return cause instanceof SocketException
                || cause instanceof UnknownHostException
                || cause instanceof UnresolvedAddressException
                || cause instanceof SSLException
                || cause instanceof GeneralSecurityException;
    }

    /** The cause that has no cause. */
    public static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        Throwable next = cause.getCause();
        for (int depth = 0; next != null && depth < DEEPEST; depth++) {
            cause = next;
            next = cause.getCause();
        }
        return cause;
    }

    private static String certificate(String message) {
        return message.startsWith("No subject alternative") || message.startsWith("No name matching")
                ? "its certificate is for another host"
                : "its certificate is not accepted: " + message;
    }

    private static String tls(String message) {
        boolean plain = message.startsWith("Unsupported or unrecognized SSL message")
                || message.startsWith("not an SSL/TLS record");
        return plain ? "it does not speak TLS" : "TLS failed: " + message;
    }

    private static String lowerCase(String message) {
        return message.startsWith("Connection ") ? "connection " + message.substring("Connection ".length()) : message;
    }
}
