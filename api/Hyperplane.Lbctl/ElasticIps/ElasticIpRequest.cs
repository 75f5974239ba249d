namespace Hyperplane.Lbctl.ElasticIps;

/// <summary>The body of a create.</summary>
internal sealed record ElasticIpRequest(
    string Zone,
    string? Name = null,
    string? Address = null,
    string? IpAddressType = null,
    IReadOnlyDictionary<string, string>? Tags = null);
