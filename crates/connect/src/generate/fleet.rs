//! How cars drive. Each tick a car draws an accelerator step that adds speed; at step 0 it draws
//! a brake step that takes speed away; in the jammed area of its district it loses most of it.
//! The turn signal follows the steering, but for a reckless driver, who also accelerates harder.

use tachograph_event::Millis;

use super::random::Random;

/// What a fleet is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetOptions {
    /// Number of cars.
    pub cars: u32,
    /// Seed of all chance.
    pub seed: u64,
    /// Instant of the first readings.
    pub start: Millis,
    /// Time between two readings of a car, in ms.
    pub tick: Millis,
    /// Reckless drivers in a thousand.
    pub reckless_per_mille: u32,
}

impl Default for FleetOptions {
    fn default() -> FleetOptions {
        FleetOptions {
            cars: 100,
            seed: 1,
            // 2016-01-01T00:00:00Z
            start: 1_451_606_400_000,
            tick: 2_000,
            reckless_per_mille: 30,
        }
    }
}

/// Number of the jammed area, 1 to 10, of each district A to F.
const JAMMED: [u8; 6] = [10, 2, 4, 5, 10, 6];

/// One reading of one car.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Number of the car, from 0.
    pub car: u32,
    /// Accelerator step, 0 to 5.
    pub accelerator: u8,
    /// Brake step, 0 to 3.
    pub brake: u8,
    /// Steering: 0 straight, 1 to 3 left, 4 to 6 right.
    pub steering: u8,
    /// Turn signal: `N`, `L` or `R`.
    pub signal: u8,
    /// Speed, 0 to 250 km/h.
    pub speed: u16,
    /// District, 0 to 5.
    pub district: u8,
    /// Area, 1 to 10.
    pub area: u8,
}

#[derive(Debug, Clone, Copy)]
struct Car {
    random: Random,
    speed: u16,
    district: u8,
    area: u8,
    reckless: bool,
}

/// All cars of a fleet at one tick.
#[derive(Debug, Clone)]
pub struct Fleet {
    options: FleetOptions,
    cars: Vec<Car>,
    tick: u64,
}

impl Fleet {
    /// A fleet before its first tick.
    pub fn new(options: FleetOptions) -> Fleet {
        let car = |number: u32| {
            let mut seeds = Random::new(options.seed);
            let seed = seeds.next() ^ u64::from(number).wrapping_mul(0xA24B_AED4_963E_E407);
            let mut random = Random::new(seed);
            let district = random.below(6) as u8;
            let area = random.below(10) as u8 + 1;
            let reckless = random.chance(options.reckless_per_mille);
            // The log begins in the middle of the traffic.
            let speed = match reckless {
                true => 100 + random.below(80),
                false => random.below(90),
            };
            Car {
                speed: speed as u16,
                district,
                area,
                reckless,
                random,
            }
        };
        Fleet {
            cars: (0..options.cars).map(car).collect(),
            options,
            tick: 0,
        }
    }

    /// What the fleet is like.
    pub fn options(&self) -> &FleetOptions {
        &self.options
    }

    /// Number of the tick to come.
    pub fn tick(&self) -> u64 {
        self.tick
    }

    /// Instant of the tick to come.
    pub fn time(&self) -> Millis {
        self.options.start + self.tick as i64 * self.options.tick
    }

    /// Drives every car on by a tick; the readings in the order of the cars.
    pub fn drive(&mut self, mut take: impl FnMut(Reading)) {
        for (number, car) in self.cars.iter_mut().enumerate() {
            take(car.drive(number as u32));
        }
        self.tick += 1;
    }
}

impl Car {
    #[inline]
    fn drive(&mut self, number: u32) -> Reading {
        let mut brake = 0;
        let accelerator = self.accelerate();
        if accelerator == 0 {
            brake = self.random.below(4) as u8;
            self.speed = self.speed.saturating_sub(u16::from(brake) * 10);
        }
        if self.random.chance(20) {
            self.area = self.random.below(10) as u8 + 1;
            if self.area == JAMMED[usize::from(self.district)] {
                self.speed = self.speed * 3 / 10;
            }
        }
        let steering = match self.random.below(10) {
            0..=6 => 0,
            _ => self.random.below(6) as u8 + 1,
        };
        Reading {
            car: number,
            accelerator,
            brake,
            steering,
            signal: self.signal(steering),
            speed: self.speed,
            district: self.district,
            area: self.area,
        }
    }

    fn accelerate(&mut self) -> u8 {
        // Mostly 0 or 1, sometimes up to 5; a reckless driver presses harder and more often.
        let step = match (self.random.below(20), self.reckless) {
            (0..=9, false) | (0..=7, true) => 0,
            (10..=17, false) | (8..=14, true) => 1,
            _ => self.random.below(4) as u8 + 2,
        };
        let strength = if self.reckless { 8 } else { 5 };
        if step > 0 {
            self.speed = (self.speed + u16::from(step) * strength).min(250);
        }
        step
    }

    fn signal(&mut self, steering: u8) -> u8 {
        let choice = match (self.reckless, steering) {
            (true, _) => self.random.below(3),
            (false, 0) => 0,
            (false, 1..=3) => 1,
            _ => 2,
        };
        b"NLR"[choice as usize]
    }
}
