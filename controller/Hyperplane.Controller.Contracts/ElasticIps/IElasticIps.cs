using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.ElasticIps;

/// <summary>A tenant's elastic IPs. Another tenant's are not found.</summary>
public interface IElasticIps
{
    /// <summary>
    /// Allocates one; the same name with the same settings gives the existing one, with others a conflict.
    /// </summary>
    Task<Outcome<ElasticIp>> CreateAsync(string tenantId, ElasticIpConfig config, CancellationToken cancel);

    /// <summary>One by its id.</summary>
    Task<Outcome<ElasticIp>> GetAsync(string tenantId, string id, CancellationToken cancel);

    /// <summary>All of the tenant, a page at a time.</summary>
    Task<Page<ElasticIp>> ListAsync(string tenantId, PageRequest page, CancellationToken cancel);

    /// <summary>Changes one.</summary>
    Task<Outcome<ElasticIp>> ChangeAsync(
        string tenantId, string id, ElasticIpChange change, CancellationToken cancel);

    /// <summary>Releases one; refused (<c>elastic_ip_in_use</c>) while it is associated. An address that was used
    /// goes into quarantine.</summary>
    Task<Outcome<ElasticIp>> ReleaseAsync(string tenantId, string id, CancellationToken cancel);
}
