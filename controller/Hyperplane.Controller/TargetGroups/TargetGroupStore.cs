using System.Globalization;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Listeners;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Quotas;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.TargetGroups;

/// <summary>Target groups in the database.</summary>
internal sealed class TargetGroupStore(Session session, StatusReader status) : ITargetGroups
{
    /// <inheritdoc/>
    public Task<Outcome<TargetGroup>> CreateAsync(string tenantId, TargetGroupConfig config, CancellationToken cancel)
    {
        List<FieldError> errors = TargetGroupRules.Check(config);
        if (errors.Count > 0)
            return Task.FromResult<Outcome<TargetGroup>>(Refuse.All<TargetGroup>(errors));
        TargetGroupConfig wanted = config with { HealthCheck = TargetGroupRules.WithDefaults(config.HealthCheck) };
        return session.WriteAsync<TargetGroup>(
            tenantId,
            async db =>
            {
                await QuotaCheck.LockAsync(db, tenantId, cancel);
                TargetGroupRow? existing = await db.TargetGroups.AsNoTracking()
                    .SingleOrDefaultAsync(group => group.Name == wanted.Name, cancel);
                if (existing is not null)
                    return Same(existing, wanted)
                        ? new Outcome<TargetGroup>.Done(await ViewAsync(db, existing, cancel), Changed: false)
                        : Refuse.With<TargetGroup>(
                            RefusalKind.Conflict,
                            "name_in_use",
                            $"The target group {existing.Id} has this name with other settings.",
                            new FieldError("/name", "name_in_use", "The name is in use with other settings."));
                if (await QuotaCheck.RefuseAsync<TargetGroup>(
                    db, tenantId, QuotaName.TargetGroups, await db.TargetGroups.CountAsync(cancel) + 1,
                    "target groups", cancel) is { } over)
                    return over;
                TargetGroupRow row = Row(tenantId, wanted);
                db.TargetGroups.Add(row);
                db.Record(session.Now, tenantId, "target_group.created", row.Id, row.Generation);
                return new Outcome<TargetGroup>.Done(await ViewAsync(db, row, cancel), Changed: true);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome<TargetGroup>> GetAsync(string tenantId, string id, CancellationToken cancel) =>
        session.RunAsync<Outcome<TargetGroup>>(
            tenantId,
            async db =>
                await db.TargetGroups.AsNoTracking().SingleOrDefaultAsync(group => group.Id == id, cancel) is { } row
                ? new Outcome<TargetGroup>.Done(await ViewAsync(db, row, cancel), Changed: false)
                : Refuse.NotFound<TargetGroup>("target group", id),
            cancel);

    /// <inheritdoc/>
    public Task<Page<TargetGroup>> ListAsync(string tenantId, PageRequest page, CancellationToken cancel) =>
        session.RunAsync(
            tenantId,
            async db =>
            {
                (List<TargetGroupRow> rows, string? next) =
                    await TaggedPaging.ReadAsync(db.TargetGroups.AsNoTracking(), page, cancel);
                IReadOnlyDictionary<string, ResourceStatus> states = await status.OfTargetGroupsAsync(db, rows, cancel);
                return new Page<TargetGroup>([.. rows.Select(row => View(row, states[row.Id]))], next);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<TargetGroup>> ChangeAsync(
        string tenantId, string id, TargetGroupChange change, CancellationToken cancel) =>
        UpdateAsync(
            tenantId,
            id,
            before => before with
            {
                DeregistrationDelaySeconds = change.DeregistrationDelaySeconds ?? before.DeregistrationDelaySeconds,
                Attributes = TargetGroupAttributes.Merge(before.Attributes, change.Attributes),
                HealthCheck = change.HealthCheck?.Apply(before.HealthCheck) ?? before.HealthCheck,
                Tags = TagText.Merge(before.Tags, change.Tags),
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<TargetGroup>> ReplaceAsync(
        string tenantId, string id, TargetGroupConfig config, CancellationToken cancel) =>
        UpdateAsync(tenantId, id, _ => config, cancel);

    /// <inheritdoc/>
    public Task<Outcome<TargetGroup>> DeleteAsync(string tenantId, string id, CancellationToken cancel) =>
        session.WriteAsync<TargetGroup>(
            tenantId,
            async db =>
            {
                TargetGroupRow? row = await LockAsync(db, id, cancel);
                if (row is null)
                    return Refuse.NotFound<TargetGroup>("target group", id);
                if (session.Objection<TargetGroup>("target group", id, row.Generation) is { } stale)
                    return stale;
                string? user = await db.ListenerGroups.Where(use => use.TargetGroupId == id && !use.Deleted)
                    .Select(use => use.ListenerId).FirstOrDefaultAsync(cancel);
                if (user is not null)
                    return Refuse.With<TargetGroup>(
                        RefusalKind.Conflict, "resource_in_use",
                        $"The listener {user} forwards to this group; delete the listener first.");
                TargetGroup last = await ViewAsync(db, row, cancel);
                db.TargetGroups.Remove(row);
                db.Record(session.Now, tenantId, "target_group.deleted", id, row.Generation + 1);
                return new Outcome<TargetGroup>.Done(
                    last with { Status = last.Status with { Provisioning = ProvisioningStatus.Deleting } },
                        Changed: true);
            },
            cancel);

    /// <summary>A group, locked to its transaction's end.</summary>
    internal static Task<TargetGroupRow?> LockAsync(HyperplaneDb db, string id, CancellationToken cancel) =>
        db.TargetGroups.FromSql($"select * from target_groups where id = {id} for update").SingleOrDefaultAsync(cancel);

    private Task<Outcome<TargetGroup>> UpdateAsync(
        string tenantId, string id, Func<TargetGroupConfig, TargetGroupConfig> change, CancellationToken cancel) =>
        session.WriteAsync<TargetGroup>(
            tenantId,
            async db =>
            {
                TargetGroupRow? row = await LockAsync(db, id, cancel);
                if (row is null)
                    return Refuse.NotFound<TargetGroup>("target group", id);
                if (session.Objection<TargetGroup>("target group", id, row.Generation) is { } stale)
                    return stale;
                TargetGroupConfig wanted = change(ConfigOf(row));
                wanted = wanted with { HealthCheck = TargetGroupRules.WithDefaults(wanted.HealthCheck) };
                List<FieldError> errors = TargetGroupRules.Check(wanted);
                CheckImmutable(errors, row, wanted);
                if (errors.Count == 0)
                    await CheckPortsAsync(db, row, wanted, errors, cancel);
                if (errors.Count > 0)
                    return Refuse.All<TargetGroup>(errors);
                bool changed = !Same(row, wanted);
                if (changed)
                {
                    row.DeregistrationDelaySeconds = wanted.DeregistrationDelaySeconds;
                    row.Attributes = TagText.Write(wanted.Attributes);
                    row.Tags = TagText.Write(wanted.Tags);
                    SetHealth(row, wanted.HealthCheck);
                    db.Record(session.Now, tenantId, "target_group.changed", row.Id, ++row.Generation);
                    db.Touch(session.Now, await StatusReader.CellsOfGroupAsync(db, row.Id, cancel), row.Id);
                    await db.SaveChangesAsync(cancel);
                }

                return new Outcome<TargetGroup>.Done(await ViewAsync(db, row, cancel), changed);
            },
            cancel);

    private static void CheckImmutable(List<FieldError> errors, TargetGroupRow row, TargetGroupConfig wanted)
    {
        Rules.Immutable(errors, "/name", wanted.Name == row.Name, row.Name);
        Rules.Immutable(
            errors, "/protocol", wanted.Protocol == row.Protocol, TransportProtocols.Text(row.Protocol));
        Rules.Immutable(
            errors, "/port", wanted.Port == row.Port, row.Port.ToString(CultureInfo.InvariantCulture));
        Rules.Immutable(
            errors, "/ipAddressType", wanted.IpAddressType == row.IpAddressType,
            row.IpAddressType == TargetAddressType.Ipv6 ? "ipv6" : "ipv4");
    }

    /// <summary>Mode dsr translates no ports: those of listeners and targets are the group's.</summary>
    private static async Task CheckPortsAsync(
        HyperplaneDb db, TargetGroupRow row, TargetGroupConfig wanted, List<FieldError> errors,
        CancellationToken cancel)
    {
        if (!TargetGroupAttributes.Read(TagText.Write(wanted.Attributes), wanted.Protocol).IsDsr)
            return;
        int? listener = await db.ListenerGroups.Where(use => use.TargetGroupId == row.Id && !use.Deleted)
            .Join(db.Listeners, use => use.ListenerId, one => one.Id, (_, one) => one.Port)
            .Where(port => port != row.Port).Select(port => (int?)port).FirstOrDefaultAsync(cancel);
        int? target = await db.Targets.Where(one => one.TargetGroupId == row.Id && one.Port != row.Port)
            .Select(one => (int?)one.Port).FirstOrDefaultAsync(cancel);
        if ((listener ?? target) is { } port)
            errors.Add(Rules.Invalid(
                "/attributes/forwarding.mode",
                $"Mode dsr does not translate ports: the group's is {row.Port}, "
                + $"a {(listener is null ? "target" : "listener")}'s {port}."));
    }

    private TargetGroupRow Row(string tenantId, TargetGroupConfig config) => new()
    {
        Id = Ids.New("tg"),
        TenantId = tenantId,
        Name = config.Name,
        Protocol = config.Protocol,
        Port = config.Port,
        IpAddressType = config.IpAddressType,
        HealthProtocol = config.HealthCheck.Protocol,
        HealthPort = config.HealthCheck.Port,
        HealthPath = config.HealthCheck.Path,
        HealthIntervalSeconds = config.HealthCheck.IntervalSeconds,
        HealthTimeoutSeconds = config.HealthCheck.TimeoutSeconds,
        HealthyThreshold = config.HealthCheck.HealthyThreshold,
        UnhealthyThreshold = config.HealthCheck.UnhealthyThreshold,
        HealthMatcher = config.HealthCheck.Matcher,
        DeregistrationDelaySeconds = config.DeregistrationDelaySeconds,
        Attributes = TagText.Write(config.Attributes),
        Tags = TagText.Write(config.Tags),
        Generation = 1,
        CreatedAt = session.Now,
    };

    private async Task<TargetGroup> ViewAsync(HyperplaneDb db, TargetGroupRow row, CancellationToken cancel) =>
        View(row, (await status.OfTargetGroupsAsync(db, [row], cancel))[row.Id]);

    private static TargetGroup View(TargetGroupRow row, ResourceStatus status) => new(
        row.Id,
        row.Name,
        row.Protocol,
        row.Port,
        HealthOf(row),
        row.DeregistrationDelaySeconds,
        TagText.Read(row.Tags),
        row.Generation,
        row.CreatedAt,
        status)
    {
        IpAddressType = row.IpAddressType,
        Attributes = TargetGroupAttributes.All(TagText.Read(row.Attributes), row.Protocol),
    };

    private static TargetGroupConfig ConfigOf(TargetGroupRow row) => new(
        row.Name, row.Protocol, row.Port, HealthOf(row), row.DeregistrationDelaySeconds, TagText.Read(row.Tags))
    {
        IpAddressType = row.IpAddressType,
        Attributes = TagText.Read(row.Attributes),
    };

    private static HealthCheckConfig HealthOf(TargetGroupRow row) => new(
        row.HealthProtocol,
        row.HealthPort,
        row.HealthPath,
        row.HealthIntervalSeconds,
        row.HealthTimeoutSeconds,
        row.HealthyThreshold,
        row.UnhealthyThreshold,
        row.HealthMatcher);

    private static void SetHealth(TargetGroupRow row, HealthCheckConfig health)
    {
        (row.HealthProtocol, row.HealthPort, row.HealthPath) = (health.Protocol, health.Port, health.Path);
        (row.HealthIntervalSeconds, row.HealthTimeoutSeconds) = (health.IntervalSeconds, health.TimeoutSeconds);
        (row.HealthyThreshold, row.UnhealthyThreshold) = (health.HealthyThreshold, health.UnhealthyThreshold);
        row.HealthMatcher = health.Matcher;
    }

    private static bool Same(TargetGroupRow row, TargetGroupConfig config) =>
        row.Protocol == config.Protocol
        && row.Port == config.Port
        && row.IpAddressType == config.IpAddressType
        && row.DeregistrationDelaySeconds == config.DeregistrationDelaySeconds
        && HealthOf(row) == config.HealthCheck
        && TagText.Same(row.Attributes, config.Attributes)
        && TagText.Same(row.Tags, config.Tags);
}
