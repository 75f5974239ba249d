using System.Text;

namespace Hyperplane.Controller;

/// <summary>What the door to the agents needs to know; checked when the services are added.</summary>
public sealed record CellControlOptions
{
    /// <summary>What seals the private key of the region's authority in the database; required, at least 16 characters,
    /// the same for all controllers of the region.</summary>
    public required string AuthorityKey { get; init; }

    /// <summary>How long a node's certificate holds: 1 h to 90 days, 30 days by default. It is renewed after two thirds
    /// of that.</summary>
    public TimeSpan NodeCertificateLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long the agents wait between two reports without news: 100 ms to 30 s, 1 s by default.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the outbox is looked at in case a notice was lost: 100 ms to 60 s, 1 s by default.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often every cell is compiled although nothing changed: 1 s to 1 h, 60 s by default.</summary>
    public TimeSpan FullInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long audit events are kept: 1 h to 3,650 days, 90 days by default.</summary>
    public TimeSpan EventRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Throws <see cref="ArgumentException"/> naming what is out of range.</summary>
    public void Validate()
    {
        OptionCheck.NotEmpty(AuthorityKey, nameof(AuthorityKey));
        OptionCheck.Secret(AuthorityKey, nameof(AuthorityKey));
        OptionCheck.Between(
            NodeCertificateLife, TimeSpan.FromHours(1), TimeSpan.FromDays(90), nameof(NodeCertificateLife));
        OptionCheck.Between(
            ReportInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30), nameof(ReportInterval));
        OptionCheck.Between(
            PollInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60), nameof(PollInterval));
        OptionCheck.Between(FullInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(FullInterval));
        OptionCheck.Between(EventRetention, TimeSpan.FromHours(1), TimeSpan.FromDays(3_650), nameof(EventRetention));
    }

    // A record prints its members; these hold secrets.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(nameof(ReportInterval)).Append(" = ").Append(ReportInterval);
        return true;
    }
}
