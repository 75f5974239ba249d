using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Api.Tests.Crashes;

/// <summary>Compares what the agents of all cells get, from whichever controller.</summary>
internal sealed class SnapshotWitness
{
    private readonly ConcurrentDictionary<(string Cell, ulong Version), ByteString> _hashes = [];
    private readonly ConcurrentDictionary<(string Cell, ulong Version), ByteString> _contents = [];
    private readonly ConcurrentDictionary<string, Snapshot> _last = [];
    private readonly ConcurrentQueue<string> _wrong = [];

    /// <summary>What must not have happened.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    /// <summary>How many versions were seen.</summary>
    public int Versions => _hashes.Count;

    /// <summary>Versions that are nothing new.</summary>
    public string[] Twice =>
    [
        .. _contents.Where(one => _contents.TryGetValue((one.Key.Cell, one.Key.Version - 1), out ByteString? before)
                && before.Equals(one.Value))
            .Select(one => $"version {one.Key.Version} of {one.Key.Cell} is the one before again"),
    ];

    /// <summary>What a node runs: address and load balancer, in order.</summary>
    public string[] VipsOf(string node) => _last.TryGetValue(node, out Snapshot? snapshot) ? Vips(snapshot) : [];

    /// <summary>A node took a snapshot.</summary>
    public void Take(string node, Snapshot snapshot, ByteString hash)
    {
        string what = $"{node} took version {snapshot.Version}";
        if (!_hashes.GetOrAdd((snapshot.Cell, snapshot.Version), hash).Equals(hash))
            _wrong.Enqueue($"{what}, which has other bytes elsewhere");
        _contents.GetOrAdd((snapshot.Cell, snapshot.Version), static (_, one) => Content(one), snapshot);
        if (_last.TryGetValue(node, out Snapshot? before) && before.Version >= snapshot.Version)
            _wrong.Enqueue($"{what} after {before.Version}");
        string[] twice =
            [.. snapshot.Vips.GroupBy(vip => vip.Address).Where(one => one.Count() > 1).Select(one => Text(one.Key))];
        if (twice.Length > 0)
            _wrong.Enqueue($"{what}, where {string.Join(", ", twice)} is there twice");
        _last[node] = snapshot;
    }

    private static ByteString Content(Snapshot snapshot)
    {
        Snapshot content = snapshot.Clone();
        content.Version = 0;
        return ByteString.CopyFrom(SHA256.HashData(content.ToByteArray()));
    }

    private static string[] Vips(Snapshot snapshot) =>
    [
        .. snapshot.Vips.Select(vip => $"{Text(vip.Address)} {vip.LoadBalancer}").Order(StringComparer.Ordinal),
    ];

    private static string Text(ByteString address) => new IPAddress(address.Span).ToString();
}
