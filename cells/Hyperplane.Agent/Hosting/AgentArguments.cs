using Hyperplane.Dataplane;

namespace Hyperplane.Agent.Hosting;

/// <summary>The command line, as in <see cref="Usage"/>.</summary>
/// <param name="ConfigPath">agent.json.</param>
/// <param name="JsonLog">Whether the log, on standard error, is JSON.</param>
/// <param name="XdpMode">Where the XDP program runs.</param>
internal sealed record AgentArguments(string ConfigPath, bool JsonLog, XdpMode XdpMode)
{
    /// <summary>What to write when the command line is wrong.</summary>
    public const string Usage =
        "usage: hyperplane-agent --config agent.json [--log simple|json] [--xdp-mode native|generic]";

    /// <summary>Null when the command line is wrong.</summary>
    public static AgentArguments? Read(IReadOnlyList<string> arguments)
    {
        (string? config, bool json, XdpMode mode) = (null, false, XdpMode.Native);
        for (int i = 0; i + 1 < arguments.Count; i += 2)
        {
            switch (arguments[i], arguments[i + 1])
            {
                case ("--config", var path) when path.Length > 0:
                    config = path;
                    break;
                case ("--log", "simple" or "json"):
                    json = arguments[i + 1] is "json";
                    break;
                case ("--xdp-mode", "native" or "generic"):
                    mode = arguments[i + 1] is "generic" ? XdpMode.Generic : XdpMode.Native;
                    break;
                default:
                    return null;
            }
        }

        return config is null || arguments.Count % 2 != 0 ? null : new AgentArguments(config, json, mode);
    }
}
