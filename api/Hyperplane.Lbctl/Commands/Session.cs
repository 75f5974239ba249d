using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.Commands;

/// <summary>What a command has while it runs.</summary>
internal sealed class Session : IDisposable
{
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _deadline;

    /// <summary>Starts the clock of <c>--timeout</c>; opens no connection yet.</summary>
    public Session(CliSettings settings, CommandIo io, Screen screen, CancellationToken interrupted)
    {
        Settings = settings;
        Io = io;
        Screen = screen;
        _timeout = new CancellationTokenSource(settings.Timeout, io.Time);
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, interrupted);
        Api = new ApiClient(settings, io, screen);
        Catalogue = new Catalogue(Api);
        Print = new Printer(screen, settings.Output, settings.DryRun);
        Progress = new Progress(io, screen);
        Interrupted = interrupted;
        Provisioning = new ProvisioningWait(Api, io, settings, Progress, interrupted, _deadline.Token);
    }

    /// <summary>The options that every command has.</summary>
    public CliSettings Settings { get; }

    /// <summary>The world.</summary>
    public CommandIo Io { get; }

    /// <summary>Where lines go.</summary>
    public Screen Screen { get; }

    /// <summary>HTTP.</summary>
    public ApiClient Api { get; }

    /// <summary>Names, ids and lists.</summary>
    public Catalogue Catalogue { get; }

    /// <summary>The command's answer.</summary>
    public Printer Print { get; }

    /// <summary>What a person watches meanwhile.</summary>
    public Progress Progress { get; }

    /// <summary>Waits for load balancers and listeners.</summary>
    public ProvisioningWait Provisioning { get; }

    /// <summary>Ctrl-C.</summary>
    public CancellationToken Interrupted { get; }

    /// <summary>Ctrl-C or the end of <c>--timeout</c>.</summary>
    public CancellationToken Deadline => _deadline.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Api.Dispose();
        _deadline.Dispose();
        _timeout.Dispose();
    }
}
