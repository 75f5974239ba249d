using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Hyperplane.Traffic.Client;

/// <summary>What the client was asked for.</summary>
/// <param name="Vips">Where to; flows go to them in turn.</param>
/// <param name="Steady">Connections with a message every 500 ms.</param>
/// <param name="Fast">Connections with a message every 20 ms.</param>
/// <param name="Datagrams">UDP flows with a datagram every 5 ms.</param>
/// <param name="ShortsPerSecond">Connections opened a second, asked once, closed.</param>
internal sealed record ClientOptions(
    IReadOnlyList<IPEndPoint> Vips, int Steady, int Fast, int Datagrams, int ShortsPerSecond)
{
    public static bool TryParse(string[] words, [NotNullWhen(true)] out ClientOptions? options)
    {
        var vips = new List<IPEndPoint>();
        options = new ClientOptions(vips, 0, 0, 0, 0);
        for (int i = 0; i < words.Length; i++)
        {
            if (IPEndPoint.TryParse(words[i], out IPEndPoint? vip) && vip.Port != 0)
            {
                vips.Add(vip);
                continue;
            }

            if (++i == words.Length
                || !int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                || With(options, words[i - 1], count) is not { } changed)
                return false;
            options = changed;
        }

        return vips.Count > 0;
    }

    private static ClientOptions? With(ClientOptions options, string name, int count) => name switch
    {
        "--steady" => options with { Steady = count },
        "--fast" => options with { Fast = count },
        "--datagrams" => options with { Datagrams = count },
        "--shorts" => options with { ShortsPerSecond = count },
        _ => null,
    };
}
