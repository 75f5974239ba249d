using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The prefixes that are ours, in the XDP program's maps; changed one by one, so those that stay never
/// miss.</summary>
/// <param name="program">Whose maps they are.</param>
/// <param name="tunnelAddressBe">Where other nodes' tunnelled frames arrive; 0 for nowhere.</param>
internal sealed class PrefixMap(HyperplaneProgram program, uint tunnelAddressBe)
{
    private readonly HashSet<IPNetwork> _present = [];

    /// <summary>Puts in what is missing.</summary>
    public void Add(IEnumerable<IPNetwork> wanted)
    {
        foreach (IPNetwork network in wanted.Except(_present).ToList())
        {
            int error = IsIpv4(network)
                ? program.OwnPrefixes.Update(OwnPrefixKey.From(network), 1u)
                : program.OwnPrefixes6.Update(OwnPrefixKey6.From(network), 1u);
            if (error != 0)
                throw new KernelException($"giving {network} to the XDP program", error, "");
            _present.Add(network);
        }
        WriteBlocks();
    }

    /// <summary>Takes out what is no longer wanted.</summary>
    public void RemoveAllBut(IEnumerable<IPNetwork> wanted)
    {
        foreach (IPNetwork network in _present.Except(wanted).ToList())
        {
            int error = IsIpv4(network)
                ? program.OwnPrefixes.Delete(OwnPrefixKey.From(network))
                : program.OwnPrefixes6.Delete(OwnPrefixKey6.From(network));
            if (error != 0)
                throw new KernelException($"taking {network} from the XDP program", error, "");
            _present.Remove(network);
        }
        WriteBlocks();
    }

    /// <summary>A bit that stays set is never clear on the way.</summary>
    private void WriteBlocks()
    {
        int error = program.OwnBlocks.Update(0u, OwnBlocks.Of(_present, tunnelAddressBe));
        if (error != 0)
            throw new KernelException("giving the blocks of our prefixes to the XDP program", error, "");
    }

    private static bool IsIpv4(IPNetwork network) => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
}
