using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Store;
using Hyperplane.Rpc;
using Microsoft.EntityFrameworkCore;
using RpcStatus = Hyperplane.Rpc.Status;

namespace Hyperplane.Controller.Identity;

/// <summary>Gives nodes their certificates: the first one for a token, the next for the one before.</summary>
internal sealed class NodeIdentityService(
    Database database, AuthorityKeeper keeper, NodeDoor door, CellControlOptions options)
    : NodeIdentityBase, IDisposable
{
    // Anyone who reaches the address may try; each attempt costs a transaction.
    private const int MaxAtOnce = 8;
    private readonly SemaphoreSlim _attempts = new(MaxAtOnce, MaxAtOnce);

    /// <inheritdoc/>
    public override async Task<IssuedNodeCertificate> Enroll(EnrollRequest request, ServerCallContext context)
    {
        PublicKey key = Key(request.SigningRequest);
        if (request.Secret.Length != EnrolmentSecret.Bytes)
            throw Failure(StatusCode.InvalidArgument, $"a token's secret has {EnrolmentSecret.Bytes} bytes");
        if (!await _attempts.WaitAsync(TimeSpan.Zero, context.CancellationToken))
            throw Failure(StatusCode.ResourceExhausted, "too many nodes enrol at once; try again");
        try
        {
            var name = new NodeName(request.Cell, request.Node);
            byte[] hash = EnrolmentSecret.Hash(request.Secret.Span);
            return await database.RunAsync(
                null,
                async db =>
                {
                    // Guesses wait for nobody and hold nobody up.
                    if (!await db.EnrolmentTokens.AnyAsync(row => row.Hash == hash, context.CancellationToken))
                        throw UnknownToken();
                    await Topology.LockAsync(db, context.CancellationToken);
                    await UseTokenAsync(db, hash, name, context.CancellationToken);
                    return Issue(db, name, key, "node.enrolled");
                },
                context.CancellationToken);
        }
        finally
        {
            _attempts.Release();
        }
    }

    /// <inheritdoc/>
    public override Task<IssuedNodeCertificate> Renew(RenewRequest request, ServerCallContext context)
    {
        (NodeName name, X509Certificate2 certificate) = door.Check(context);
        PublicKey key = Key(request.SigningRequest);
        string serial = certificate.SerialNumber;
        return database.RunAsync(
            null,
            async db =>
            {
                // The door's memory may be a moment old; revocations wait for this lock too.
                await Topology.LockAsync(db, context.CancellationToken);
                if (!await db.NodeCertificates.AnyAsync(
                    row => row.Serial == serial && row.RevokedAt == null, context.CancellationToken))
                    throw Failure(StatusCode.Unauthenticated, $"the certificate of {name} was revoked or is unknown");
                return Issue(db, name, key, "node.certificate_renewed");
            },
            context.CancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _attempts.Dispose();

    private async Task UseTokenAsync(HyperplaneDb db, byte[] hash, NodeName name, CancellationToken cancel)
    {
        EnrolmentTokenRow token = await db.EnrolmentTokens.SingleOrDefaultAsync(row => row.Hash == hash, cancel)
            ?? throw UnknownToken();
        if (token.UsedAt is { } usedAt)
            throw Failure(StatusCode.Unauthenticated, $"the token was used at {usedAt:u}; a node needs a new one");
        if (token.ExpiresAt <= database.Now)
            throw Failure(StatusCode.Unauthenticated, $"the token expired at {token.ExpiresAt:u}");
        NodeRow node = await db.Nodes.AsNoTracking().SingleAsync(row => row.Id == token.NodeId, cancel);
        if (name != new NodeName(node.Cell, node.Name))
            throw Failure(StatusCode.PermissionDenied, "the token is of another node");
        token.UsedAt = database.Now;
    }

    private IssuedNodeCertificate Issue(HyperplaneDb db, NodeName name, PublicKey key, string action)
    {
        using X509Certificate2 made =
            keeper.Authority.IssueNode(name, key, database.Now, options.NodeCertificateLife);
        db.NodeCertificates.Add(new NodeCertificateRow
        {
            Serial = made.SerialNumber,
            Cell = name.Cell,
            Node = name.Node,
            IssuedAt = database.Now,
            NotAfter = new DateTimeOffset(made.NotAfter).ToUniversalTime(),
        });
        db.Record(database.Now, null, action, name.ToString());
        return new IssuedNodeCertificate { Certificate = ByteString.CopyFrom(made.RawData) };
    }

    private static PublicKey Key(ByteString request)
    {
        (PublicKey? key, string? error) = SigningRequest.Read(request.Span);
        return key ?? throw Failure(StatusCode.InvalidArgument, error!);
    }

    private static RpcException UnknownToken() => Failure(
        StatusCode.Unauthenticated, "the token is unknown: a newer one replaced it, or its node is gone");

    private static RpcException Failure(StatusCode code, string detail) => new(new RpcStatus(code, detail));
}
