using System.Globalization;
using System.Net.NetworkInformation;
using Hyperplane.Decap.Checks;
using Hyperplane.Decap.Hooks;
using Hyperplane.Decap.Kernel;

namespace Hyperplane.Decap.Commands;

/// <summary>What <c>hpdecap status</c> says of one interface.</summary>
internal static class StatusReport
{
    /// <summary>Settings, counters, check list.</summary>
    public static void Write(TextWriter output, Installation installed)
    {
        WriteSettings(output, installed);
        WriteCounters(output, installed.ReadCounters());
        output.WriteLine("  needs");
        foreach (Check check in CheckList.Of(installed.Settings, HostFacts.OfThisMachine()))
            WriteCheck(output, check);
        WriteMtu(output, installed.Device.Name);
    }

    /// <summary>Settings, and of the check list what is to be done.</summary>
    public static void WriteHead(TextWriter output, Installation installed)
    {
        WriteSettings(output, installed);
        foreach (Check check in CheckList.Of(installed.Settings, HostFacts.OfThisMachine()))
        {
            if (!check.Holds)
                WriteCheck(output, check);
        }
    }

    /// <summary>A counter's name for people and scripts: <c>pass-no-tunnel</c>.</summary>
    public static string NameOf(DecapCounter counter) => string.Concat(counter.ToString().Select((letter, index) =>
        char.IsUpper(letter) && index > 0
            ? $"-{char.ToLowerInvariant(letter)}"
            : char.ToLowerInvariant(letter).ToString()));

    private static void WriteSettings(TextWriter output, Installation installed)
    {
        DecapSettings settings = installed.Settings;
        output.WriteLine($"{installed.Device.Name}: {installed.Hook.Title}, program {installed.ProgramId}");
        output.WriteLine($"  tunnel ends    {string.Join(", ", settings.TunnelAddresses)}");
        output.WriteLine($"  from           {string.Join(", ", settings.Sources)}");
        output.WriteLine($"  VIPs           {(settings.Vips.Count == 0 ? "any" : string.Join(", ", settings.Vips))}");
        output.WriteLine($"  GUE port       {settings.GuePort.ToString(CultureInfo.InvariantCulture)}");
        output.WriteLine($"  VXLAN network  {settings.Vni?.ToString(CultureInfo.InvariantCulture) ?? "any"}");
    }

    private static void WriteCounters(TextWriter output, ulong[] frames)
    {
        output.WriteLine(
            frames.Length == 0 ? "  frames: another version of hpdecap counts them by other names" : "  frames");
        for (int i = 0; i < frames.Length; i++)
            output.WriteLine($"    {NameOf((DecapCounter)i),-26} {frames[i].ToString(CultureInfo.InvariantCulture)}");
    }

    private static void WriteCheck(TextWriter output, Check check) =>
        output.WriteLine(
            check.Holds ? $"    ok    {check.What}" : $"    TO DO {check.What}\n            {check.Remedy}");

    private static void WriteMtu(TextWriter output, string interfaceName)
    {
        int? mtuBytes = NetworkInterface.GetAllNetworkInterfaces()
            .FirstOrDefault(one => one.Name == interfaceName)?.GetIPProperties().GetIPv4Properties().Mtu;
        if (mtuBytes is { } bytes)
            output.WriteLine($"    note  {TunnelMtu.Describe(bytes)}");
    }
}
