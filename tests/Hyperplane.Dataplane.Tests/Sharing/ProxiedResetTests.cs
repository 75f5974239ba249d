namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>The same behind a proxy protocol header: its target's numbers are the client's.</summary>
public sealed class ProxiedResetTests() : ResetTests(ProxiedBench.Model());
