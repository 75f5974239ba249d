using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Lbctl.Options;

/// <summary>What the options that every command has amount to.</summary>
/// <param name="Endpoint">The API's base address; ends in a slash.</param>
/// <param name="Key">The API key; must reach nothing but the Authorization header.</param>
/// <param name="Authorities">The certificates that the API is trusted by; null: the system's.</param>
/// <param name="Output">How answers are printed.</param>
/// <param name="Wait">Whether to wait until what was asked for is in force.</param>
/// <param name="Timeout">The most time the command may take, requests and waiting together.</param>
/// <param name="Debug">Whether each request is told on standard error.</param>
internal sealed record CliSettings(
    Uri Endpoint, string Key, X509Certificate2Collection? Authorities, OutputChoice Output, bool Wait, TimeSpan Timeout,
    bool Debug)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => Endpoint.ToString();
}
