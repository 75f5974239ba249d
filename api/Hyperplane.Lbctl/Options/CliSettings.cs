using Hyperplane.Client;

namespace Hyperplane.Lbctl.Options;

/// <summary>What the options that every command has amount to.</summary>
/// <param name="Access">To the API.</param>
/// <param name="Output">How answers are printed.</param>
/// <param name="Wait">Whether to wait until what was asked for is in force.</param>
/// <param name="Timeout">The most time the command may take, requests and waiting together.</param>
/// <param name="Debug">Whether each request is told on standard error.</param>
/// <param name="DryRun">Whether changes are only checked.</param>
internal sealed record CliSettings(
    ApiAccess Access, OutputChoice Output, bool Wait, TimeSpan Timeout, bool Debug, bool DryRun = false);
