using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Quotas;

/// <summary>Holds a tenant to its quotas, within the transaction that adds something.</summary>
internal static class QuotaCheck
{
    /// <summary>Additions of one tenant wait for each other, so that none counts without the other; taken before any
    /// row is locked.</summary>
    public static Task<int> LockAsync(HyperplaneDb db, string tenantId, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtextextended({"quota " + tenantId}, 0))", cancel);

    /// <summary>The refusal of what would be more than a quota allows; null when it is not.</summary>
    /// <param name="db">The transaction, as the tenant.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="name">Of what.</param>
    /// <param name="wanted">How many there would be.</param>
    /// <param name="what">For the message: "load balancers".</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<Outcome<T>.Refused?> RefuseAsync<T>(
        HyperplaneDb db, string tenantId, QuotaName name, int wanted, string what, CancellationToken cancel)
    {
        string? stored = await db.Tenants.Where(tenant => tenant.Id == tenantId).Select(tenant => tenant.Quotas)
            .SingleOrDefaultAsync(cancel);
        int most = QuotaText.Value(stored ?? "{}", name);
        return wanted <= most
            ? null
            : Refuse.With<T>(
                RefusalKind.Forbidden, "quota_exceeded",
                $"At most {most} {what} are allowed, and this would be {wanted}; delete some, or ask the operator "
                + "for a larger quota.");
    }

    /// <summary>How many targets the groups of a load balancer have, by load balancer.</summary>
    public static Task<Dictionary<string, int>> TargetsOfLoadBalancersAsync(
        HyperplaneDb db, IQueryable<string> loadBalancers, CancellationToken cancel) =>
        db.ListenerGroups.Where(use => !use.Deleted && loadBalancers.Contains(use.LoadBalancerId))
            .Select(use => new { use.LoadBalancerId, use.TargetGroupId }).Distinct()
            .Join(db.Targets, use => use.TargetGroupId, one => one.TargetGroupId, (use, _) => use.LoadBalancerId)
            .GroupBy(id => id).ToDictionaryAsync(group => group.Key, group => group.Count(), cancel);
}
