namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>What a router knows a node to announce.</summary>
/// <param name="Vips">The prefix of the VIPs.</param>
/// <param name="SnatBe">The pool's covering prefix and this source address; 0 for neither.</param>
internal readonly record struct Announcement(bool Vips, uint SnatBe);
