using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Zonal shifts in the database; the janitor ends those whose time is over.</summary>
internal sealed class ZonalShiftStore(Session session, StatusReader status) : IZonalShifts
{
    private const int LeastSeconds = 60;
    private const int MostSeconds = 72 * 60 * 60;
    private const int MaxCommentChars = 128;

    /// <inheritdoc/>
    public Task<Outcome<LoadBalancer>> ShiftAsync(
        string tenantId, string id, ZonalShiftConfig config, CancellationToken cancel) =>
        ChangeAsync(
            tenantId,
            id,
            row =>
            {
                if (Objection(row, config) is { } refused)
                    return (refused, null);
                string action = row.ShiftedZone is null ? "zonal_shift_started" : "zonal_shift_changed";
                (row.ShiftedZone, row.ShiftComment) = (config.Zone, config.Comment);
                row.ShiftExpiresAt = session.Now + TimeSpan.FromSeconds(config.ExpiresInSeconds);
                return (null, action);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<LoadBalancer>> CancelAsync(string tenantId, string id, CancellationToken cancel) =>
        ChangeAsync(
            tenantId,
            id,
            row =>
            {
                if (row.ShiftedZone is null)
                    return (null, null);
                (row.ShiftedZone, row.ShiftExpiresAt, row.ShiftComment) = (null, null, null);
                return (null, "zonal_shift_cancelled");
            },
            cancel);

    private static Outcome<LoadBalancer>.Refused? Objection(LoadBalancerRow row, ZonalShiftConfig config)
    {
        var errors = new List<FieldError>();
        Rules.Between(errors, config.ExpiresInSeconds, LeastSeconds, MostSeconds, "/expiresIn");
        if (config.Comment is { } comment && (comment.Length > MaxCommentChars || comment.Any(char.IsControl)))
            errors.Add(Rules.Invalid(
                "/comment", $"Up to {MaxCommentChars} characters are allowed, none of them a control character."));
        if (!row.Zones.Exists(zone => zone.Zone == config.Zone))
            errors.Add(Rules.UnknownZone("/zone", config.Zone, row.Zones.Select(zone => zone.Zone)));
        if (errors.Count > 0)
            return Refuse.All<LoadBalancer>(errors);
        if (!LoadBalancerAttributes.MayShift(TagText.Read(row.Attributes)))
            return Refuse.With<LoadBalancer>(
                RefusalKind.Conflict, "zonal_shift_disabled",
                $"The load balancer has not opted in; set {LoadBalancerAttributes.ZonalShift} to true first.");
        if (row.Zones.Count == 1)
            return Refuse.With<LoadBalancer>(
                RefusalKind.Conflict, "only_zone",
                $"The load balancer serves zone {config.Zone} alone; there is none to shift to.");
        return row.ShiftedZone is null || row.ShiftedZone == config.Zone
            ? null
            : Refuse.With<LoadBalancer>(
                RefusalKind.Conflict, "zonal_shift_active",
                $"The load balancer is shifted away from zone {row.ShiftedZone}; cancel that first.");
    }

    /// <summary>Changes a load balancer; <paramref name="change"/> tells the event, or null when it changed
    /// nothing.</summary>
    private Task<Outcome<LoadBalancer>> ChangeAsync(
        string tenantId,
        string id,
        Func<LoadBalancerRow, (Outcome<LoadBalancer>.Refused? Refused, string? Action)> change,
        CancellationToken cancel) =>
        session.WriteAsync<LoadBalancer>(
            tenantId,
            async db =>
            {
                LoadBalancerRow? row = await LoadBalancerStore.LockAsync(db, id, cancel);
                if (row is null || row.DeletedAt is not null)
                    return Refuse.NotFound<LoadBalancer>("load balancer", id);
                if (session.Objection<LoadBalancer>("load balancer", id, row.Generation) is { } stale)
                    return stale;
                await db.Entry(row).Collection(lb => lb.Zones).LoadAsync(cancel);
                (Outcome<LoadBalancer>.Refused? refused, string? action) = change(row);
                if (refused is not null)
                    return refused;
                if (action is not null)
                {
                    db.Record(session.Now, tenantId, $"load_balancer.{action}", row.Id, ++row.Generation);
                    db.Touch(session.Now, row.Zones.Select(zone => zone.Cell), row.Id);
                    await db.SaveChangesAsync(cancel);
                }

                return new Outcome<LoadBalancer>.Done(
                    await status.OfLoadBalancerAsync(db, row, cancel), Changed: action is not null);
            },
            cancel);
}
