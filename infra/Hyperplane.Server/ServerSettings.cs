using Microsoft.Extensions.Logging;

namespace Hyperplane.Server;

/// <summary>What the environment asks of a process; made and checked by <see cref="SettingsReader"/>.</summary>
internal sealed class ServerSettings
{
    /// <summary>What the process does.</summary>
    public required ServerRoles Roles { get; init; }

    /// <summary>How to reach PostgreSQL; may hold a password, so it is never printed.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Of the API; null without that role.</summary>
    public ApiSettings? Api { get; init; }

    /// <summary>Where agents find the controller; null without that role.</summary>
    public ControlAddress? ControlListen { get; init; }

    /// <summary>The operator's API key; null without the API's role.</summary>
    public string? OperatorKey { get; init; }

    /// <summary>What seals the authority's private key; null without the controller's role.</summary>
    public string? AuthorityKey { get; init; }

    /// <summary>How long an address that was given back belongs to nobody; null for the controller's default.</summary>
    public TimeSpan? AddressQuarantine { get; init; }

    /// <summary>What is logged of the project's own; of its libraries only warnings are.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
