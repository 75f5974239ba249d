namespace Hyperplane.Controller.Tests.Store;

/// <summary>For what another process or thread brings about: asks until it is so, at most 20 seconds.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Fails when it never becomes so.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
            Assert.True(await tick.WaitForNextTickAsync(limit.Token));
    }

    /// <summary>Asks for a value until it is as wanted.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> get, Func<T, bool> wanted)
    {
        T value = await get();
        await TrueAsync(async () => wanted(value = await get()));
        return value;
    }
}
