using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Snapshots;

namespace Hyperplane.Controller.CellControl;

/// <summary>The sizes that a report may have; the message's own limit is the gRPC server's.</summary>
internal static class ReportLimits
{
    /// <summary>Characters of a text that is stored; longer ones are cut.</summary>
    public const int TextChars = 512;

    private const int Peers = 64;
    private const int Announced = 8_192;
    private const int Counters = 4_096;
    private const int UnservedGroups = 256;
    private const int Targets = 262_144;
    private const int CountedRows = 16_384;
    private const int NameChars = 128;
    private const int HashBytes = 64;

    /// <summary>What is wrong with a report; null when nothing is.</summary>
    public static string? Find(NodeReport report)
    {
        if (report.Peers.Count > Peers)
            return $"{report.Peers.Count} peers, more than {Peers}";
        if (report.Announced.Count > Announced)
            return $"{report.Announced.Count} prefixes, more than {Announced}";
        if (report.Counters.Count > Counters)
            return $"{report.Counters.Count} counters, more than {Counters}";
        if (report.UnservedGroups.Count > UnservedGroups)
            return $"{report.UnservedGroups.Count} groups not served, more than {UnservedGroups}";
        if (report.Targets.Count > Targets)
            return $"{report.Targets.Count} targets, more than {Targets}";
        if (report.TargetsHash.Length > HashBytes)
            return $"a hash of more than {HashBytes} bytes";
        if (report.TargetsLeftOut && (report.TargetsHash.IsEmpty || report.Targets.Count > 0))
            return "targets are left out, and there are some or no hash";
        if (Math.Max(Math.Max(report.Listeners.Count, report.TargetCounters.Count), report.Vips.Count) > CountedRows)
            return $"counters of more than {CountedRows} listeners, targets or VIPs";
        if (Math.Max(report.RunningVersion, report.RefusedVersion) > SnapshotMaker.HighestVersion)
            return "a version that cannot be";
        if (report.Start > long.MaxValue)
            return "a start that cannot be";
        bool tooLong = report.Announced.Concat(report.UnservedGroups).Any(name => name.Length > NameChars)
            || report.Counters.Any(counter => counter.Name.Length > NameChars);
        return tooLong ? $"a name of more than {NameChars} characters" : null;
    }

    /// <summary>A moment as it is stored; null for 0 and for what no calendar has.</summary>
    public static DateTimeOffset? Time(ulong unixMs) =>
        unixMs is 0 or > 253_402_300_799_999 ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)unixMs);

    /// <summary>A text as it is stored: cut, and without the one character that PostgreSQL cannot hold.</summary>
    public static string? Text(string text)
    {
        string clean = text.Replace('\0', '?');
        if (clean.Length == 0)
            return null;
        return clean.Length > TextChars ? clean[..TextChars] : clean;
    }
}
