#!/bin/busybox sh
# The first process of a guest with a disk: enters the root there and hands over to its own init.
# /mnt is the folder that the host shares.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in $(cat /modules/order); do insmod "/modules/$module" || echo "no $module"; done
mount -t ext4 /dev/vda /disk
mount -t 9p -o trans=virtio,version=9p2000.L out /disk/mnt
cut -d' ' -f1 /proc/uptime > /disk/mnt/booted
mount --move /dev /disk/dev
umount /sys
umount /proc
exec switch_root /disk /lib/systemd/systemd
