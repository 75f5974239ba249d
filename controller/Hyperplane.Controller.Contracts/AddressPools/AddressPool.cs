namespace Hyperplane.Controller.Contracts.AddressPools;

/// <summary>Addresses of a zone beside those that its shards own.</summary>
/// <param name="Name">1 to 32 of a-z, 0-9 and hyphen.</param>
/// <param name="Zone">Whose nodes announce what is used of it.</param>
/// <param name="Prefix">IPv4, /8 to /32, or IPv6, /16 to /128; shares no address with any other pool.</param>
/// <param name="Kind">What it is for.</param>
public sealed record AddressPool(string Name, string Zone, string Prefix, AddressPoolKind Kind)
{
    /// <summary>How many of its addresses are somebody's or in quarantine.</summary>
    public long Used { get; init; }
}
