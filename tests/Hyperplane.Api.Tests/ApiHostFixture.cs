namespace Hyperplane.Api.Tests;

/// <summary>One host for all tests of a class; they run one after the other.</summary>
public sealed class ApiHostFixture : IAsyncLifetime
{
    private ApiHost? _host;

    internal ApiHost Host => _host ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
