using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Rpc;
using RpcStatus = Hyperplane.Rpc.Status;

namespace Hyperplane.Controller.Identity;

/// <summary>Lets in who shows the certificate of the node that it speaks for.</summary>
internal sealed class NodeDoor(AuthorityKeeper keeper, Revocations revocations, TimeProvider time)
{
    // A connection keeps its certificate's object: the signature is checked once a connection.
    private readonly ConditionalWeakTable<X509Certificate2, Verdict> _verdicts = [];

    /// <summary>Who calls, and with what. Throws UNAUTHENTICATED without a certificate of a node that holds.</summary>
    public (NodeName Node, X509Certificate2 Certificate) Check(ServerCallContext context)
    {
        X509Certificate2 certificate = context.GetHttpContext().Connection.ClientCertificate
            ?? throw Unauthenticated("no certificate was shown: the node has to enrol");
        Verdict verdict = _verdicts.GetValue(certificate, Judge);
        if (verdict.Node is not { } node)
            throw Unauthenticated($"the certificate {verdict.Reason}");
        // A connection may outlive what it began with.
        if (IssuedCertificate.JudgeTime(certificate, time.GetUtcNow()) is { } reason)
            throw Unauthenticated($"the certificate of {node} {reason}; the node has to enrol anew");
        return revocations.IsRevoked(certificate.SerialNumber) switch
        {
            false => (node, certificate),
            true => throw Unauthenticated($"the certificate of {node} was revoked; the node has to enrol anew"),
            null => throw new RpcException(new RpcStatus(StatusCode.Unavailable, "the controller is starting")),
        };
    }

    /// <summary>Throws UNAUTHENTICATED, or PERMISSION_DENIED when the caller is another node than it says.</summary>
    public void Check(ServerCallContext context, string cell, string node)
    {
        (NodeName caller, _) = Check(context);
        if (caller != new NodeName(cell, node))
            throw new RpcException(new RpcStatus(
                StatusCode.PermissionDenied, $"the certificate is of {caller}, which cannot speak for another node"));
    }

    private Verdict Judge(X509Certificate2 certificate)
    {
        string? reason =
            IssuedCertificate.Judge(certificate, keeper.Authority.Certificate, IssuedCertificate.ClientPurpose);
        NodeName? node = reason is null ? NodeName.Of(certificate) : null;
        return new Verdict(node, reason ?? "names no node");
    }

    private static RpcException Unauthenticated(string detail) =>
        new(new RpcStatus(StatusCode.Unauthenticated, detail));

    private sealed record Verdict(NodeName? Node, string Reason);
}
