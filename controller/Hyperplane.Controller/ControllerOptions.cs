using System.Text;

namespace Hyperplane.Controller;

/// <summary>What the store needs to know; checked when the services are added.</summary>
public sealed record ControllerOptions
{
    /// <summary>How to reach PostgreSQL 15 or later; required.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The operator's API key, at least 16 characters; null when this process lets no operator in.</summary>
    public string? OperatorKey { get; init; }

    /// <summary>How long an address that was given back belongs to nobody: 1 s to 30 days, 24 h by default.</summary>
    public TimeSpan AddressQuarantine { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a looked-up API key is believed when no notice of its end arrives: 0 to 60 s, 2 s by default.
    /// </summary>
    public TimeSpan KeyCacheTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long after its last report a node counts as live: 1 to 60 s, 5 s by default.</summary>
    public TimeSpan NodeLiveTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections to the database: 4 to 500, 32 by default; a limit in the connection string wins.</summary>
    public int MaxConnections { get; init; } = 32;

    /// <summary>Throws <see cref="ArgumentException"/> naming what is out of range.</summary>
    public void Validate()
    {
        OptionCheck.NotEmpty(ConnectionString, nameof(ConnectionString));
        OptionCheck.Secret(OperatorKey, nameof(OperatorKey));
        OptionCheck.Between(
            AddressQuarantine, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30), nameof(AddressQuarantine));
        OptionCheck.Between(KeyCacheTime, TimeSpan.Zero, TimeSpan.FromSeconds(60), nameof(KeyCacheTime));
        OptionCheck.Between(NodeLiveTime, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), nameof(NodeLiveTime));
        OptionCheck.Between(MaxConnections, 4, 500, nameof(MaxConnections));
    }

    // A record prints its members; these hold secrets.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(nameof(AddressQuarantine)).Append(" = ").Append(AddressQuarantine);
        return true;
    }
}
