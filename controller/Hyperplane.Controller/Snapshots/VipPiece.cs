namespace Hyperplane.Controller.Snapshots;

/// <summary>A VIP of a snapshot.</summary>
/// <param name="Id">Its number.</param>
/// <param name="LoadBalancer">Whose it is.</param>
/// <param name="Groups">The numbers of the target groups that its listeners use.</param>
/// <param name="Data">The message's bytes.</param>
internal readonly record struct VipPiece(uint Id, string LoadBalancer, uint[] Groups, byte[] Data);
