using System.Text;
using Hyperplane.Controller.AddressPools;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.ElasticIps;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Identity;
using Hyperplane.Controller.Listeners;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Requests;
using Hyperplane.Controller.Rollouts;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Controller.Stats;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Targets;
using Hyperplane.Controller.Tenants;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Hyperplane.Controller.Store;

/// <summary>
/// The database as one unit of work sees it: for a tenant only that tenant's rows, for the system all.
/// </summary>
/// <remarks>This filter is the first lock, row-level security in the database the second; <see cref="Database"/> closes
/// both.</remarks>
/// <param name="options">How to reach the database.</param>
/// <param name="tenantId">Whose work it is; null for the system's own.</param>
internal sealed class HyperplaneDb(DbContextOptions<HyperplaneDb> options, string? tenantId) : DbContext(options)
{
    /// <summary>For the migrator, which builds its own contexts.</summary>
    public HyperplaneDb(DbContextOptions<HyperplaneDb> options)
        : this(options, tenantId: null)
    {
    }

    public DbSet<TenantRow> Tenants => Set<TenantRow>();

    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();

    public DbSet<ZoneRow> Zones => Set<ZoneRow>();

    public DbSet<CellRow> Cells => Set<CellRow>();

    public DbSet<RemovedCellRow> RemovedCells => Set<RemovedCellRow>();

    public DbSet<CellVersionRow> CellVersions => Set<CellVersionRow>();

    public DbSet<SnapshotRow> Snapshots => Set<SnapshotRow>();

    public DbSet<RolloutRow> Rollouts => Set<RolloutRow>();

    public DbSet<NodeOfferRow> NodeOffers => Set<NodeOfferRow>();

    public DbSet<KeptVipRow> KeptVips => Set<KeptVipRow>();

    public DbSet<KeptGroupRow> KeptGroups => Set<KeptGroupRow>();

    public DbSet<NodeRow> Nodes => Set<NodeRow>();

    public DbSet<NodeAddressRow> NodeAddresses => Set<NodeAddressRow>();

    public DbSet<AddressPoolRow> AddressPools => Set<AddressPoolRow>();

    public DbSet<ElasticIpRow> ElasticIps => Set<ElasticIpRow>();

    public DbSet<LoadBalancerRow> LoadBalancers => Set<LoadBalancerRow>();

    public DbSet<LoadBalancerZoneRow> LoadBalancerZones => Set<LoadBalancerZoneRow>();

    public DbSet<VipAddressRow> VipAddresses => Set<VipAddressRow>();

    public DbSet<ListenerRow> Listeners => Set<ListenerRow>();

    public DbSet<ListenerGroupRow> ListenerGroups => Set<ListenerGroupRow>();

    public DbSet<TargetGroupRow> TargetGroups => Set<TargetGroupRow>();

    public DbSet<TargetRow> Targets => Set<TargetRow>();

    public DbSet<EventRow> Events => Set<EventRow>();

    public DbSet<CellChangeRow> CellChanges => Set<CellChangeRow>();

    public DbSet<NodeReportRow> NodeReports => Set<NodeReportRow>();

    public DbSet<TargetVoteRow> TargetVotes => Set<TargetVoteRow>();

    public DbSet<CompiledGenerationRow> CompiledGenerations => Set<CompiledGenerationRow>();

    public DbSet<NodeCounterRow> NodeCounters => Set<NodeCounterRow>();

    public DbSet<RequestRow> Requests => Set<RequestRow>();

    public DbSet<AuthorityRow> Authorities => Set<AuthorityRow>();

    public DbSet<EnrolmentTokenRow> EnrolmentTokens => Set<EnrolmentTokenRow>();

    public DbSet<NodeCertificateRow> NodeCertificates => Set<NodeCertificateRow>();

    /// <summary>Whose change this is; null for what happens by itself.</summary>
    public ChangeScope? Scope { get; set; }

    private string? TenantId { get; } = tenantId;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        Keys(modelBuilder);
        Filters(modelBuilder);
        foreach (IMutableProperty property in modelBuilder.Model.GetEntityTypes()
            .SelectMany(entity => entity.GetProperties()))
            property.SetColumnName(SnakeCase(property.Name));
    }

    private static void Keys(ModelBuilder model)
    {
        model.Entity<TenantRow>(row =>
        {
            row.Property(r => r.Serial).ValueGeneratedOnAdd();
            row.Property(r => r.Quotas).HasColumnType("jsonb");
        });
        model.Entity<ApiKeyRow>(row =>
        {
            row.Property(r => r.Serial).ValueGeneratedOnAdd();
            row.Property(r => r.Role).HasConversion<short>();
        });
        model.Entity<NodeCounterRow>().HasKey(row => row.NodeId);
        model.Entity<AuthorityRow>().Property(row => row.Id).ValueGeneratedNever();
        model.Entity<EnrolmentTokenRow>(row =>
        {
            row.HasKey(r => r.NodeId);
            row.Property(r => r.NodeId).ValueGeneratedNever();
        });
        model.Entity<NodeCertificateRow>().HasKey(row => row.Serial);
        model.Entity<RequestRow>().HasKey(row => new { row.Owner, row.Key });
        model.Entity<ZoneRow>().HasKey(row => row.Name);
        model.Entity<CellRow>().HasKey(row => row.Name);
        model.Entity<RemovedCellRow>().HasKey(row => row.Name);
        model.Entity<CellVersionRow>().HasKey(row => row.Cell);
        model.Entity<SnapshotRow>(row =>
        {
            row.HasKey(r => new { r.Cell, r.Version });
            row.Property(r => r.Changes).HasColumnType("jsonb");
        });
        model.Entity<RolloutRow>().HasKey(row => row.Cell);
        model.Entity<NodeOfferRow>(row =>
        {
            row.HasKey(r => r.NodeId);
            row.Property(r => r.NodeId).ValueGeneratedNever();
        });
        model.Entity<KeptGroupRow>().HasKey(row => new { row.Cell, row.Number });
        model.Entity<NodeRow>().Property(row => row.Id).ValueGeneratedOnAdd();
        model.Entity<AddressPoolRow>(row =>
        {
            row.HasKey(r => r.Name);
            row.Property(r => r.Kind).HasConversion<short>();
        });
        model.Entity<ElasticIpRow>(row =>
        {
            row.Property(r => r.Serial).ValueGeneratedOnAdd();
            row.Property(r => r.Tags).HasColumnType("jsonb");
        });
        model.Entity<LoadBalancerRow>(row =>
        {
            row.Property(r => r.Scheme).HasConversion<short>();
            row.Property(r => r.Serial).ValueGeneratedOnAdd();
            row.Property(r => r.IpAddressType).HasConversion<short>();
            row.Property(r => r.Tags).HasColumnType("jsonb");
            row.Property(r => r.Attributes).HasColumnType("jsonb");
            row.HasMany(r => r.Zones).WithOne().HasForeignKey(zone => zone.LoadBalancerId);
        });
        model.Entity<LoadBalancerZoneRow>(row =>
        {
            row.HasKey(r => new { r.LoadBalancerId, r.Zone });
            row.Property(r => r.VipId).ValueGeneratedOnAdd();
            row.Property(r => r.Ipv6VipId).ValueGeneratedOnAdd();
        });
        model.Entity<ListenerRow>(row =>
        {
            row.Property(r => r.Serial).ValueGeneratedOnAdd();
            row.Property(r => r.Number).ValueGeneratedOnAdd();
            row.Property(r => r.Protocol).HasConversion<short>();
            row.HasMany(r => r.Groups).WithOne().HasForeignKey(use => use.ListenerId);
        });
        model.Entity<ListenerGroupRow>().HasKey(row => new { row.ListenerId, row.TargetGroupId });
        model.Entity<TargetGroupRow>(row =>
        {
            row.Property(r => r.Serial).ValueGeneratedOnAdd();
            row.Property(r => r.Number).ValueGeneratedOnAdd();
            row.Property(r => r.Protocol).HasConversion<short>();
            row.Property(r => r.IpAddressType).HasConversion<short>();
            row.Property(r => r.HealthProtocol).HasConversion<short>();
            row.Property(r => r.Attributes).HasColumnType("jsonb");
            row.Property(r => r.Tags).HasColumnType("jsonb");
        });
        model.Entity<TargetRow>(row =>
        {
            row.Property(r => r.Serial).ValueGeneratedOnAdd();
            row.Property(r => r.Number).ValueGeneratedOnAdd();
        });
        model.Entity<NodeReportRow>(row =>
        {
            row.HasKey(r => r.NodeId);
            row.Property(r => r.NodeId).ValueGeneratedNever();
            row.Property(r => r.Peers).HasColumnType("jsonb");
            row.Property(r => r.Counters).HasColumnType("jsonb");
        });
        model.Entity<TargetVoteRow>().HasKey(row => new { row.TargetNumber, row.NodeId });
        model.Entity<CompiledGenerationRow>().HasKey(row => new { row.Resource, row.Cell, row.Generation });
    }

    private void Filters(ModelBuilder model)
    {
        model.Entity<TenantRow>().HasQueryFilter(row => TenantId == null || row.Id == TenantId);
        model.Entity<ApiKeyRow>().HasQueryFilter(row => TenantId == null || row.TenantId == TenantId);
        model.Entity<ElasticIpRow>().HasQueryFilter(row => TenantId == null || row.TenantId == TenantId);
        model.Entity<LoadBalancerRow>().HasQueryFilter(row => TenantId == null || row.TenantId == TenantId);
        model.Entity<LoadBalancerZoneRow>().HasQueryFilter(row => TenantId == null || row.TenantId == TenantId);
        model.Entity<ListenerRow>().HasQueryFilter(row => TenantId == null || row.TenantId == TenantId);
        model.Entity<ListenerGroupRow>().HasQueryFilter(row => TenantId == null || row.TenantId == TenantId);
        model.Entity<TargetGroupRow>().HasQueryFilter(row => TenantId == null || row.TenantId == TenantId);
        model.Entity<TargetRow>().HasQueryFilter(row => TenantId == null || row.TenantId == TenantId);
        model.Entity<TargetVoteRow>().HasQueryFilter(row => TenantId == null || row.TenantId == TenantId);
        model.Entity<EventRow>().HasQueryFilter(row => TenantId == null || row.TenantId == TenantId);
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (char letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
