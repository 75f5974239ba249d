using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The prefixes that are ours, in the XDP program's maps; changed one by one, so those that stay never
/// miss.</summary>
/// <param name="program">Whose maps they are.</param>
/// <param name="tunnelAddressBe">Where other nodes' tunnelled frames arrive; 0 for nowhere.</param>
internal sealed class PrefixMap(HyperplaneProgram program, uint tunnelAddressBe)
{
    private readonly Dictionary<IPNetwork, OwnKind> _present = [];

    /// <summary>Makes the maps say this and no more: what is new goes in first.</summary>
    /// <param name="own">All frames to them are ours.</param>
    /// <param name="tunnelSources">Where tunnels to targets begin.</param>
    public void Use(IEnumerable<IPNetwork> own, IEnumerable<IPAddress> tunnelSources)
    {
        var wanted = own.Distinct().ToDictionary(network => network, _ => OwnKind.Address);
        foreach (IPAddress source in tunnelSources)
            wanted[new IPNetwork(source, IsIpv4(source) ? 32 : 128)] = OwnKind.TunnelSource;
        foreach ((IPNetwork network, OwnKind kind) in wanted.Except(_present).ToList())
        {
            int error = IsIpv4(network.BaseAddress)
                ? program.OwnPrefixes.Update(OwnPrefixKey.From(network), kind)
                : program.OwnPrefixes6.Update(OwnPrefixKey6.From(network), kind);
            if (error != 0)
                throw new KernelException($"giving {network} to the XDP program", error, "");
            _present[network] = kind;
        }
        // A bit that stays set is never clear on the way.
        WriteDestinations();
        foreach (IPNetwork network in _present.Keys.Except(wanted.Keys).ToList())
        {
            int error = IsIpv4(network.BaseAddress)
                ? program.OwnPrefixes.Delete(OwnPrefixKey.From(network))
                : program.OwnPrefixes6.Delete(OwnPrefixKey6.From(network));
            if (error != 0)
                throw new KernelException($"taking {network} from the XDP program", error, "");
            _present.Remove(network);
        }
        WriteDestinations();
    }

    private void WriteDestinations()
    {
        int error = program.OwnDestinations.Update(0u, OwnDestinations.Of(_present.Keys, tunnelAddressBe));
        if (error != 0)
            throw new KernelException("giving the set of our destinations to the XDP program", error, "");
    }

    private static bool IsIpv4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork;
}
