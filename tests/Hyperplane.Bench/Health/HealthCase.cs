using Hyperplane.Health;

namespace Hyperplane.Bench.Health;

/// <summary>One way in which ten thousand targets behave and are checked.</summary>
/// <param name="Name">Begins the names of its figures.</param>
/// <param name="Kind">What a probe does.</param>
/// <param name="IntervalSeconds">From one probe of a target to the next.</param>
/// <param name="RefusedOfTen">So many of ten targets refuse connections.</param>
/// <param name="SilentOfTen">So many of ten answer nothing at all.</param>
internal sealed record HealthCase(
    string Name, HealthCheckKind Kind, int IntervalSeconds, int RefusedOfTen = 0, int SilentOfTen = 0)
{
    /// <summary>All targets well, every 10 s: what the others are compared with.</summary>
    public const string Usual = "tcp_well";

    /// <summary>Each in turn.</summary>
    public static IReadOnlyList<HealthCase> All { get; } =
    [
        new(Usual, HealthCheckKind.Tcp, 10),
        new("tcp_half_refused", HealthCheckKind.Tcp, 10, RefusedOfTen: 5),
        new("tcp_all_silent", HealthCheckKind.Tcp, 10, SilentOfTen: 10),
        new("http_well", HealthCheckKind.Http, 10),
        new("tcp_well_30s", HealthCheckKind.Tcp, 30),
        new("tcp_well_5s", HealthCheckKind.Tcp, 5),
    ];

    /// <summary>Until all are in their slots: those that answer are after an interval; first probes that last as long
    /// as the interval come nearer to them by a tenth of it each time.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(((SilentOfTen > 0 ? 11 : 1) * IntervalSeconds) + 1);

    /// <summary>The nth target: where it is, and whether somebody is there.</summary>
    public (TargetFate Fate, string Address, int Port) Target(int number)
    {
        TargetFate fate = number % 10 < RefusedOfTen ? TargetFate.Refuses
            : number % 10 < RefusedOfTen + SilentOfTen ? TargetFate.IsSilent : TargetFate.IsWell;
        int port = fate == TargetFate.Refuses ? HealthNetwork.RefusedPort
            : Kind == HealthCheckKind.Http ? HealthNetwork.HttpPort : HealthNetwork.TcpPort;
        return (fate, HealthNetwork.Target(number, fate == TargetFate.IsSilent), port);
    }
}
