using System.Net;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The prefixes that are ours, in the XDP program's map; changed one by one, so those that stay never
/// miss.</summary>
internal sealed class PrefixMap(BpfMap map)
{
    private readonly HashSet<OwnPrefixKey> _present = [];

    /// <summary>Puts in what is missing.</summary>
    public void Add(IEnumerable<IPNetwork> wanted)
    {
        foreach (OwnPrefixKey key in wanted.Select(OwnPrefixKey.From).Except(_present).ToList())
        {
            int error = map.Update(in key, 1u);
            if (error != 0)
                throw new KernelException($"giving {key} to the XDP program", error, "");
            _present.Add(key);
        }
    }

    /// <summary>Takes out what is no longer wanted.</summary>
    public void RemoveAllBut(IEnumerable<IPNetwork> wanted)
    {
        foreach (OwnPrefixKey key in _present.Except(wanted.Select(OwnPrefixKey.From)).ToList())
        {
            int error = map.Delete(in key);
            if (error != 0)
                throw new KernelException($"taking {key} from the XDP program", error, "");
            _present.Remove(key);
        }
    }
}
