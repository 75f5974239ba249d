using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hyperplane.Linux.Nftables;

/// <summary>Keeps the kernel silent about the dataplane's addresses: what reaches it is dropped before anything may
/// answer.</summary>
/// <remarks>Table <c>inet hyperplane</c>, hook prerouting, priority raw. It is meant to outlive the agent: when the XDP
/// program is gone, a kernel that answered with a reset would break the connections that other nodes are about to
/// take over.</remarks>
public static class RawDrop
{
    /// <summary>The table's name, family inet.</summary>
    public const string Table = "hyperplane";

    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(10);

    /// <summary>Replaces the dropped destinations whole, in one transaction of the kernel.</summary>
    /// <returns>Null when done; otherwise what nft said.</returns>
    public static string? Install(IReadOnlyCollection<IPNetwork> prefixes)
    {
        var info = new ProcessStartInfo("nft")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.ArgumentList.Add("-f");
        info.ArgumentList.Add("-");
        try
        {
            using Process? nft = Process.Start(info);
            if (nft is null)
                return "nft did not start";
            Task<string> output = nft.StandardOutput.ReadToEndAsync();
            Task<string> error = nft.StandardError.ReadToEndAsync();
            nft.StandardInput.Write(Script(prefixes));
            nft.StandardInput.Close();
            if (!nft.WaitForExit(RunLimit))
            {
                nft.Kill(entireProcessTree: true);
                return $"nft did not end within {RunLimit.TotalSeconds:0} s";
            }

            return nft.ExitCode == 0 ? null : $"nft exit {nft.ExitCode}: {(error.Result + output.Result).Trim()}";
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return $"nft: {e.Message}";
        }
    }

    /// <summary>What is given to <c>nft -f -</c>.</summary>
    /// <remarks>Declaring the table before deleting it makes the deletion right whether or not it was there.</remarks>
    internal static string Script(IReadOnlyCollection<IPNetwork> prefixes)
    {
        var text = new StringBuilder();
        text.Append("table inet ").Append(Table).Append("\ndelete table inet ").Append(Table).Append('\n');
        text.Append("table inet ").Append(Table).Append(" {\n");
        AppendSet(text, "own4", "ipv4_addr",
            prefixes.Where(p => p.BaseAddress.AddressFamily == AddressFamily.InterNetwork));
        AppendSet(text, "own6", "ipv6_addr",
            prefixes.Where(p => p.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6));
        text.Append("  chain raw_drop {\n    type filter hook prerouting priority raw; policy accept;\n");
        text.Append("    ip daddr @own4 counter drop\n    ip6 daddr @own6 counter drop\n  }\n}\n");
        return text.ToString();
    }

    private static void AppendSet(StringBuilder text, string name, string type, IEnumerable<IPNetwork> prefixes)
    {
        text.Append("  set ").Append(name).Append(" {\n    type ").Append(type)
            .Append("\n    flags interval\n    auto-merge\n");
        string elements = string.Join(", ", prefixes.Select(p => p.ToString()));
        if (elements.Length > 0)
            text.Append("    elements = { ").Append(elements).Append(" }\n");
        text.Append("  }\n");
    }
}
