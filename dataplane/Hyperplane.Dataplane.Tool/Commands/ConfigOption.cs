using System.CommandLine;

namespace Hyperplane.Dataplane.Tool.Commands;

/// <summary><c>--config</c> of every command.</summary>
internal static class ConfigOption
{
    /// <summary>The option.</summary>
    public static Option<string> Create(bool required) => new("--config")
    {
        Description = "The node: VIPs, targets, neighbours (infra/docs/HPDP.md)",
        HelpName = "FILE.json",
        Required = required,
    };
}
