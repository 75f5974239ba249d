namespace Hyperplane.Bench.Forward;

/// <summary>A way from the first veth pair to the second, set up once and used in many short runs.</summary>
/// <param name="Name">Of the figures.</param>
/// <param name="FlowCount">Flows that the generator sends.</param>
/// <param name="Begin">Makes it the one that is used until what it gives is disposed.</param>
/// <param name="IsRedirected">Whether frames end at an XDP program; else at the stack.</param>
/// <param name="Loaded">What it keeps between runs.</param>
internal sealed record ForwardWay(
    string Name, int FlowCount, Func<IDisposable> Begin, bool IsRedirected, IDisposable? Loaded = null) : IDisposable
{
    /// <summary>An XDP program where frames come in.</summary>
    public static ForwardWay Of(Wire wire, string name, int flowCount, int program, IDisposable loaded) =>
        new(name, flowCount, () => wire.Attach(program), IsRedirected: true, loaded);

    /// <inheritdoc/>
    public void Dispose() => Loaded?.Dispose();
}
