namespace Hyperplane.Bgp.Node;

/// <summary>Prints each peer's state whenever it differs from the line printed last.</summary>
internal sealed class StatePrinter
{
    private readonly BgpSpeaker _speaker;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _last = [];

    public StatePrinter(BgpSpeaker speaker)
    {
        _speaker = speaker;
        speaker.Changed += (_, _) => Print();
    }

    public void Print()
    {
        lock (_gate)
        {
            foreach (BgpPeerStatus peer in _speaker.Peers)
            {
                string line = $"peer {peer.Address} {peer.State} sent={peer.PrefixesSent} error={peer.LastError}";
                if (_last.GetValueOrDefault($"{peer.Address}") == line)
                    continue;
                _last[$"{peer.Address}"] = line;
                Console.WriteLine(line);
            }
        }
    }
}
