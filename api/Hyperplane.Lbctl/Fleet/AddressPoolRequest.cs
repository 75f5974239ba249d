namespace Hyperplane.Lbctl.Fleet;

/// <summary>The body of an address pool's put.</summary>
internal sealed record AddressPoolRequest(string Zone, string Prefix, string Kind);
