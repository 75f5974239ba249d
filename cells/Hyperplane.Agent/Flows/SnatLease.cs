using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Agent.Flows;

/// <summary>The source ports, the same of each address, that one start of a node gives out.</summary>
/// <param name="Addresses">Of the node's source addresses one a family.</param>
/// <param name="FirstPort">First port.</param>
/// <param name="LastPort">Last port.</param>
public sealed record SnatLease(ImmutableArray<IPAddress> Addresses, ushort FirstPort, ushort LastPort)
{
    /// <summary>Whether it is one of a node with these source addresses: its own are among them, and it has one of
    /// each family that they have.</summary>
    public bool Serves(ImmutableArray<IPAddress> addresses) =>
        Addresses.All(addresses.Contains) && addresses.All(a => Addresses.Any(own => Family(own) == Family(a)));

    private static AddressFamily Family(IPAddress address) => address.AddressFamily;
}
