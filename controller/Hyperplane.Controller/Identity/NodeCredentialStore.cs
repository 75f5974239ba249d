using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Identity;

/// <summary>Enrolment tokens and revocations in the database.</summary>
internal sealed class NodeCredentialStore(Session session) : INodeCredentials
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    public Task<Outcome<EnrolmentToken>> CreateTokenAsync(string cell, string node, CancellationToken cancel) =>
        session.WriteAsync<EnrolmentToken>(
            null,
            async db =>
            {
                await Topology.LockAsync(db, cancel);
                if (await FindAsync(db, cell, node, cancel) is not { } row)
                    return Refuse.NotFound<EnrolmentToken>("node", $"{cell}/{node}");
                byte[]? authority =
                    await db.Authorities.AsNoTracking().Select(one => one.Certificate).SingleOrDefaultAsync(cancel);
                if (authority is null)
                    return Refuse.With<EnrolmentToken>(
                        RefusalKind.Conflict, "no_authority",
                        "No controller has started yet in this region; the first one makes the authority.");
                (string token, byte[] hash) = EnrolmentSecret.Create(authority);
                DateTimeOffset expiresAt = session.Now + TokenLife;
                await db.EnrolmentTokens.Where(one => one.NodeId == row.Id).ExecuteDeleteAsync(cancel);
                db.EnrolmentTokens.Add(
                    new EnrolmentTokenRow { NodeId = row.Id, Hash = hash, ExpiresAt = expiresAt });
                db.Record(session.Now, null, "node.enrolment_token_created", $"{cell}/{node}");
                return new Outcome<EnrolmentToken>.Done(
                    new EnrolmentToken(cell, node, token, expiresAt), Changed: true);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Node>> RevokeAsync(string cell, string node, CancellationToken cancel) =>
        session.WriteAsync<Node>(
            null,
            async db =>
            {
                await Topology.LockAsync(db, cancel);
                if (await FindAsync(db, cell, node, cancel) is not { } row)
                    return Refuse.NotFound<Node>("node", $"{cell}/{node}");
                await db.EnrolmentTokens.Where(one => one.NodeId == row.Id).ExecuteDeleteAsync(cancel);
                await RevokeAllAsync(db, cell, node, session.Now, cancel);
                db.Record(session.Now, null, "node.revoked", $"{cell}/{node}");
                return new Outcome<Node>.Done(await NodeViews.OneAsync(db, row, cancel), Changed: true);
            },
            cancel);

    /// <summary>Revokes what a node was given, and tells all controllers at commit.</summary>
    public static async Task RevokeAllAsync(
        HyperplaneDb db, string cell, string node, DateTimeOffset now, CancellationToken cancel)
    {
        await db.NodeCertificates
            .Where(row => row.Cell == cell && row.Node == node && row.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, now), cancel);
        await db.Database.ExecuteSqlAsync($"select pg_notify('hyperplane_identities', '')", cancel);
    }

    private static Task<NodeRow?> FindAsync(HyperplaneDb db, string cell, string node, CancellationToken cancel) =>
        db.Nodes.AsNoTracking().SingleOrDefaultAsync(row => row.Cell == cell && row.Name == node, cancel);
}
